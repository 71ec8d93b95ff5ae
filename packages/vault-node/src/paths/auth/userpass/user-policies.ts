/** `users/:username/policies`: other policies for a user that is there (vault-http-api 5.2). */

import { refused, refusedWrapped, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { normalizePolicyNames } from '../../../policy/built-in-policies.ts'
import { put, type RequestContext } from '../../../request-context.ts'
import { readFields, readStringList } from '../../../request-values.ts'
import { userKey, userOf, type User } from './user.ts'
import { forUser } from './users.ts'

export const USER_POLICIES: PathSpec = {
  path: 'users/:username/policies',
  fields: ['username', 'policies', 'token_policies'],
  operations: { write: { on: 'active', handle: forUser(write) } },
}

function write(context: RequestContext, name: string): Outcome {
  const user = userOf(context, name)
  if (user === undefined) return refusedWrapped(500, 'username does not exist')
  const read = readFields(context.data, { token_policies: readStringList, policies: readStringList })
  if ('error' in read) return refused(400, read.error)
  const { token_policies, policies } = read.value
  const given = token_policies ?? policies
  const after: User =
    given === undefined
      ? user
      : {
          ...user,
          token: { ...user.token, policies: normalizePolicyNames(given, false) },
          older: { ...user.older, policies: policies !== undefined },
        }
  // Vault writes the user even when nothing was given.
  put(context, userKey(context.mount, name), after)
  return { kind: 'done' }
}
