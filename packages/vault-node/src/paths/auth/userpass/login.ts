/**
 * `login/:username`: a password for a token (vault-http-api 5.1, 5.2).
 * Always holds: needs no token; a standby checks the password on its own copy of the user and leaves only what must be stored
 * to the active node; "no such user" and "wrong password" are one answer.
 */

import { refused, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import type { RequestContext } from '../../../request-context.ts'
import { readString } from '../../../request-values.ts'
import type { Mount } from '../../../request/mount.ts'
import { forgetFailures, isLocked, noteFailure, type LoginUser } from './lockout.ts'
import { batchContradiction, loginTokenType } from './token-parameters.ts'
import { hashPassword, userNameOf, userOf, type User } from './user.ts'

export const LOGIN: PathSpec = {
  path: 'login/:username',
  login: true,
  fields: ['username', 'password'],
  operations: { write: { on: 'shared', handle: write } },
}

const INVALID_CREDENTIALS = refused(400, 'invalid username or password')

function write(context: RequestContext): Outcome {
  const { mount, turn } = context
  const name = userNameOf(context)
  if (name === null) return refused(404, 'unsupported path')
  const who: LoginUser = { mountAccessor: mount.accessor, name }
  if (isLocked(turn.node, who, turn.now)) return refused(403, 'permission denied')
  const password = readString(context.data, 'password')
  if ('error' in password) return refused(400, password.error)
  // On login paths Vault prints an error without a response of its own bare.
  if (password.value === undefined || password.value === '') return refused(500, 'missing password')
  const user = userOf(context, name)
  // Only users that exist are counted, so that made-up names fill no storage.
  if (user === undefined) return INVALID_CREDENTIALS
  if (hashPassword(turn.crypto, mount, name, password.value) !== user.passwordHash) {
    const lock = noteFailure(turn.node, who, turn.now)
    return lock === null ? INVALID_CREDENTIALS : { kind: 'call-active', call: lock, answer: INVALID_CREDENTIALS }
  }
  forgetFailures(turn.node, who)
  return grant(context, name, user)
}

function grant({ mount, path }: RequestContext, name: string, { token }: User): Outcome {
  const type = loginTokenType(mount, token)
  const contradiction = type === 'batch' ? batchContradiction(token) : null
  // A mount that was tuned to `batch` after the user was written: nobody looked at both together before.
  if (contradiction !== null) return refused(400, contradiction)
  return {
    kind: 'login',
    draft: {
      type,
      path,
      displayName: displayName(mount, name),
      meta: { username: name },
      policies: token.policies,
      noDefaultPolicy: token.noDefaultPolicy,
      ttl: token.ttl,
      maxTtl: token.maxTtl,
      explicitMaxTtl: token.explicitMaxTtl,
      period: token.period,
      numUses: token.numUses,
      alias: { mountAccessor: mount.accessor, mountPath: mount.path, name },
    },
  }
}

/** The mount's path and the user's name: `userpass-ann`, `corp-users-ann`. */
const displayName = (mount: Mount, name: string): string => mount.path.slice('auth/'.length).replaceAll('/', '-') + name
