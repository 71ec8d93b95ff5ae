/**
 * The deadline of a call: one for all its attempts and the waits between them, as a Go context has it
 * (vault-consistency 6). Always holds: what arrives at the deadline or after it is lost, whatever it says.
 */

import { micros, type Micros } from '@fourtwelve/protocol'
import { NO_TIMEOUT, type ClientPolicy } from './client-policy.ts'

/**
 * How long a call may still take, `elapsed` after it began; null when there is no limit. Whoever sends an attempt gives
 * it up when this has passed: the Go client cancels the request under way and reports `context deadline exceeded`.
 */
export function timeLeft(policy: ClientPolicy, elapsed: Micros): Micros | null {
  if (policy.timeout === NO_TIMEOUT) return null
  return micros(Math.max(0, policy.timeout - elapsed))
}
