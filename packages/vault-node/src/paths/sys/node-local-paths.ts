/** What every node answers about itself, without a token and before any gate (vault-http-api 1.8). */

import type { PathSpec } from '../../path-spec.ts'
import { HEALTH } from './health.ts'
import { INIT } from './init.ts'
import { LEADER } from './leader.ts'
import { SEAL_STATUS } from './seal-status.ts'

export const NODE_LOCAL_PATHS: readonly PathSpec[] = [HEALTH, INIT, LEADER, SEAL_STATUS]
