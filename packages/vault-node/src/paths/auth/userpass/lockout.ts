/**
 * Locks a user out after too many wrong passwords (vault-http-api 5.2).
 * Always holds: each node counts in its own memory and loses that in a restart; the lock itself is a storage write, so the
 * node where it came about refuses at once, and the others when it has arrived there. At most FAILURES_KEPT users are counted.
 */

import { micros, MICROS_PER_SECOND, type Micros } from '@fourtwelve/protocol'
import type { RequestId } from '../../../event.ts'
import type { NodeState } from '../../../node-state.ts'
import type { ActiveCall } from '../../../peers/peer-message.ts'
import { lockedUserKey } from '../../../storage-keys.ts'
import { write, type Turn } from '../../../turn.ts'

/** Wrong passwords until a user is locked. */
const LOCKOUT_THRESHOLD = 5
/** How long a lock holds, and how long a wrong password counts after the last one. */
const LOCKOUT_DURATION: Micros = micros(15 * 60 * MICROS_PER_SECOND)

/** Users whose wrong passwords are remembered; beyond them the one that failed longest ago is forgotten. */
export const FAILURES_KEPT = 10_000

interface Failures {
  readonly count: number
  readonly last: Micros
}

/** By user; the one that failed longest ago first. */
export type LoginFailures = Map<string, Failures>

/** Stored at `lockedUserKey`. A lock that is over stays until the next one. */
interface LockedUser {
  readonly until: Micros
}

export interface LoginUser {
  readonly mountAccessor: string
  readonly name: string
}

type LockUser = Extract<ActiveCall, { kind: 'lock-user' }>

const keyOf = ({ mountAccessor, name }: LoginUser): string => `${mountAccessor}/${name}`

const isOn = (node: NodeState): boolean => node.config.switches.user_lockout === 'on'

/** Whether a user is locked out, as far as this node knows. */
export function isLocked(node: NodeState, user: LoginUser, now: Micros): boolean {
  if (!isOn(node)) return false
  const own = node.loginFailures.get(keyOf(user))
  if (own !== undefined && own.count >= LOCKOUT_THRESHOLD && now < own.last + LOCKOUT_DURATION) return true
  const lock = node.store.get<LockedUser>(lockedUserKey(user.mountAccessor, user.name))
  return lock !== undefined && now < lock.until
}

/** Counts a wrong password of a user that exists. When it was one too many: what the active node is to be called for. */
export function noteFailure(node: NodeState, user: LoginUser, now: Micros): LockUser | null {
  if (!isOn(node)) return null
  const { loginFailures } = node
  const key = keyOf(user)
  const before = loginFailures.get(key)
  const count = before === undefined || now > before.last + LOCKOUT_DURATION ? 1 : before.count + 1
  // Deleted first, so that the map stays in the order of the last failures.
  loginFailures.delete(key)
  loginFailures.set(key, { count, last: now })
  if (loginFailures.size > FAILURES_KEPT) forgetOldest(loginFailures)
  if (count < LOCKOUT_THRESHOLD) return null
  const { mountAccessor, name } = user
  return { kind: 'lock-user', mountAccessor, name, until: micros(now + LOCKOUT_DURATION) }
}

/** A right password ends the counting. */
export const forgetFailures = (node: NodeState, user: LoginUser): void => {
  node.loginFailures.delete(keyOf(user))
}

/** Stores a lock, for the node that found it necessary. Only on the active node. */
export function lockUser(turn: Turn, request: RequestId, { mountAccessor, name, until }: LockUser): void {
  const locked: LockedUser = { until }
  write(turn, request, lockedUserKey(mountAccessor, name), locked)
}

function forgetOldest(failures: LoginFailures): void {
  for (const oldest of failures.keys()) {
    failures.delete(oldest)
    return
  }
}
