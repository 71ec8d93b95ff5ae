/** `users/:username/password`: a new password for a user that is there (vault-http-api 5.2). */

import { refused, refusedWrapped, type Outcome } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { put, type RequestContext } from '../../../request-context.ts'
import { readString } from '../../../request-values.ts'
import { hashPassword, userKey, userOf } from './user.ts'
import { forUser } from './users.ts'

export const USER_PASSWORD: PathSpec = {
  path: 'users/:username/password',
  fields: ['username', 'password'],
  operations: { write: { on: 'active', handle: forUser(write) } },
}

function write(context: RequestContext, name: string): Outcome {
  const user = userOf(context, name)
  if (user === undefined) return refusedWrapped(500, 'username does not exist')
  const password = readString(context.data, 'password')
  if ('error' in password) return refused(400, password.error)
  if (password.value === undefined || password.value === '') return refused(400, 'missing password')
  const passwordHash = hashPassword(context.turn.crypto, context.mount, name, password.value)
  put(context, userKey(context.mount, name), { ...user, passwordHash })
  return { kind: 'done' }
}
