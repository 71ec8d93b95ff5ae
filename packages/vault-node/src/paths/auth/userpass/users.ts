/** `users` and `users/:username`: who may log in, and what for a token that gives (vault-http-api 5.2). */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Read } from '../../../go-decode.ts'
import { refused, refusedWrapped, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { normalizePolicyNames } from '../../../policy/built-in-policies.ts'
import { put, type RequestContext } from '../../../request-context.ts'
import { readFields, readSeconds, readString, readStringList } from '../../../request-values.ts'
import {
  NO_TOKEN_PARAMETERS,
  readTokenParameters,
  shownTokenParameters,
  TOKEN_PARAMETER_FIELDS,
} from './token-parameters.ts'
import { hashPassword, userFolder, userKey, userNameOf, userOf, type User } from './user.ts'

export const USERS: PathSpec = {
  path: 'users',
  operations: {
    list: {
      on: 'any',
      handle: ({ turn, mount }) => ({ kind: 'keys', keys: turn.node.store.list(userFolder(mount)) }),
    },
  },
}

export const USER: PathSpec = {
  path: 'users/:username',
  fields: ['username', 'password', 'policies', 'ttl', 'max_ttl', 'bound_cidrs', ...TOKEN_PARAMETER_FIELDS],
  exists: (context) => userOf(context, userNameOf(context) ?? '') !== undefined,
  operations: {
    read: { on: 'any', handle: forUser(read) },
    write: { on: 'active', handle: forUser(write) },
    delete: { on: 'active', handle: forUser(remove) },
  },
}

/** Hands the user's name on. What is no name is no path of this mount. */
export function forUser(
  handle: (context: RequestContext, name: string) => Outcome,
): (context: RequestContext) => Outcome {
  return (context) => {
    const name = userNameOf(context)
    return name === null ? refusedWrapped(404, 'unsupported path') : handle(context, name)
  }
}

function read(context: RequestContext, name: string): Outcome {
  const user = userOf(context, name)
  if (user === undefined) return { kind: 'missing' }
  const { older, token } = user
  const data: JsonObject = {
    ...shownTokenParameters(token),
    ...(older.ttl > 0 ? { ttl: older.ttl } : {}),
    ...(older.maxTtl > 0 ? { max_ttl: older.maxTtl } : {}),
    ...(older.policies && token.policies.length > 0 ? { policies: token.policies } : {}),
    ...(older.boundCidrs && token.boundCidrs.length > 0 ? { bound_cidrs: token.boundCidrs } : {}),
  }
  return { kind: 'data', data }
}

function write(context: RequestContext, name: string): Outcome {
  const before = userOf(context, name)
  const password = readString(context.data, 'password')
  if ('error' in password) return refused(400, password.error)
  if (password.value === '' || (before === undefined && password.value === undefined)) {
    return refused(400, 'missing password')
  }
  const token = readTokenParameters(context.data, before?.token ?? NO_TOKEN_PARAMETERS)
  if ('error' in token) return refused(400, token.error)
  const passwordHash =
    password.value === undefined
      ? (before?.passwordHash ?? '')
      : hashPassword(context.turn.crypto, context.mount, name, password.value)
  const user = withOlderFields(context.data, {
    passwordHash,
    token: token.value.parameters,
    older: before?.older ?? NOTHING_OLDER,
  })
  if ('error' in user) return refused(400, user.error)
  put(context, userKey(context.mount, name), user.value)
  return { kind: 'done', warnings: token.value.warnings }
}

const NOTHING_OLDER: User['older'] = { policies: false, ttl: 0, maxTtl: 0, boundCidrs: false }

const OLDER_FIELDS = {
  policies: readStringList,
  ttl: readSeconds,
  max_ttl: readSeconds,
  bound_cidrs: readStringList,
} as const

/** Older names of four parameters: each counts when the newer one is not given, and is shown again when it was. */
function withOlderFields(data: JsonObject, user: User): Read<User> {
  const read = readFields(data, OLDER_FIELDS)
  if ('error' in read) return read
  const { policies, ttl, max_ttl, bound_cidrs } = read.value
  const isNew = (field: string): boolean => data[field] !== undefined && data[field] !== null
  const { token, older } = user
  const value: User = {
    passwordHash: user.passwordHash,
    token: {
      ...token,
      policies:
        policies === undefined || isNew('token_policies') ? token.policies : normalizePolicyNames(policies, false),
      ttl: ttl === undefined || isNew('token_ttl') ? token.ttl : ttl,
      maxTtl: max_ttl === undefined || isNew('token_max_ttl') ? token.maxTtl : max_ttl,
      boundCidrs: bound_cidrs === undefined || isNew('token_bound_cidrs') ? token.boundCidrs : bound_cidrs,
    },
    older: {
      policies: policies !== undefined || (older.policies && !isNew('token_policies')),
      ttl: isNew('token_ttl') ? (ttl === undefined ? 0 : token.ttl) : (ttl ?? older.ttl),
      maxTtl: isNew('token_max_ttl') ? (max_ttl === undefined ? 0 : token.maxTtl) : (max_ttl ?? older.maxTtl),
      boundCidrs: bound_cidrs !== undefined || (older.boundCidrs && !isNew('token_bound_cidrs')),
    },
  }
  return { value }
}

/** Answers alike whether there was such a user or not. Tokens that the user has stay as they are. */
function remove(context: RequestContext, name: string): Outcome {
  put(context, userKey(context.mount, name), null)
  return { kind: 'done' }
}
