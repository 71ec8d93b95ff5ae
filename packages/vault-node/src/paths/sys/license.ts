/**
 * `sys/license/status`: the licence of an Enterprise cluster (vault-http-api 3.10).
 * Always holds: there is none, so that what is told is always the same: it is valid, for longer than anybody will run this, and
 * names what is played of Enterprise.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { PathSpec } from '../../path-spec.ts'
import { enterpriseOnly } from './enterprise-only.ts'

const ENDS = '2099-12-31T00:00:00Z'

const LICENSE: JsonObject = {
  expiration_time: ENDS,
  features: ['Performance Standby'],
  license_id: '00000000-0000-0000-0000-000000000000',
  performance_standby_count: 9999,
  start_time: '2020-01-01T00:00:00Z',
  termination_time: ENDS,
}

/** As `sys/health` tells it. */
export const LICENSE_IN_HEALTH: JsonObject = { state: 'autoloaded', expiry_time: ENDS, terminated: false }

export const LICENSE_STATUS: PathSpec = {
  path: 'license/status',
  operations: {
    read: {
      on: 'any',
      handle: enterpriseOnly(() => ({ kind: 'data', data: { autoloading_used: true, autoloaded: LICENSE } })),
    },
  },
}
