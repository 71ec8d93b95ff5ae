/** The paths of `sys/` that go the way of every request. */

import type { PathSpec } from '../../path-spec.ts'
import { AUTH, AUTH_METHOD } from './auth.ts'
import { CAPABILITIES_ACCESSOR } from './capabilities-accessor.ts'
import { CAPABILITIES_SELF } from './capabilities-self.ts'
import { CAPABILITIES } from './capabilities.ts'
import { HA_STATUS } from './ha-status.ts'
import { UI_MOUNT, UI_MOUNTS } from './internal-ui-mounts.ts'
import { LICENSE_STATUS } from './license.ts'
import { METRICS } from './metrics.ts'
import { MOUNT, MOUNTS } from './mounts.ts'
import { NAMESPACES } from './namespaces.ts'
import { ACL_POLICIES, ACL_POLICY } from './policies-acl.ts'
import { POLICIES, POLICY } from './policy.ts'
import { AUTOPILOT_STATE, RAFT_CONFIGURATION } from './raft.ts'
import { STEP_DOWN } from './step-down.ts'
import { DR_STATUS, PERFORMANCE_STATUS, REPLICATION_STATUS } from './replication-status.ts'

export const SYS_PATHS: readonly PathSpec[] = [
  ACL_POLICIES,
  ACL_POLICY,
  POLICIES,
  POLICY,
  MOUNTS,
  MOUNT,
  AUTH,
  AUTH_METHOD,
  CAPABILITIES,
  CAPABILITIES_ACCESSOR,
  CAPABILITIES_SELF,
  UI_MOUNTS,
  UI_MOUNT,
  HA_STATUS,
  RAFT_CONFIGURATION,
  AUTOPILOT_STATE,
  REPLICATION_STATUS,
  PERFORMANCE_STATUS,
  DR_STATUS,
  LICENSE_STATUS,
  NAMESPACES,
  METRICS,
  STEP_DOWN,
]
