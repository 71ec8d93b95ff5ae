/** The paths of a userpass mount. */

import type { PathSpec } from '../../../path-spec.ts'
import { LOGIN } from './login.ts'
import { USER_PASSWORD } from './user-password.ts'
import { USER_POLICIES } from './user-policies.ts'
import { USER, USERS } from './users.ts'

export const USERPASS_PATHS: readonly PathSpec[] = [USERS, USER, USER_PASSWORD, USER_POLICIES, LOGIN]
