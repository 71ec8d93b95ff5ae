/**
 * Broken: a standby counts the life of a token from when it first saw it.
 * Must be caught by: `lifetime`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Find = (node: NodeState, now: number, saltedId: string, options?: unknown, presented?: string) => unknown
interface Lease {
  readonly issueTime: number
  readonly lastRenewal: number | null
}

/** How late each standby first saw each lease. */
const SEEN = new WeakMap<NodeState, Map<string, number>>()

export const TTL_FROM_FIRST_SIGHT: Mutant = defineMutant<Find>({
  name: 'ttl-from-first-sight',
  breaks: 'A standby counts the life of a token from when it first saw it.',
  law: 'lifetime',
  reference: 'M17',
  package: 'vault-node',
  file: 'tokens/find-token',
  replaces: 'findBySaltedId',
  by: (original) => (node, now, saltedId, options, presented) => {
    const lease = node.store.get(`sys/expire/id/${saltedId}`) as Lease | undefined
    if (node.role === 'active' || lease === undefined) return original(node, now, saltedId, options, presented)
    const seen = SEEN.get(node) ?? new Map<string, number>()
    SEEN.set(node, seen)
    const granted = lease.lastRenewal ?? lease.issueTime
    const key = `${saltedId} ${granted}`
    const late = seen.get(key) ?? now - granted
    seen.set(key, late)
    return original(node, now - late, saltedId, options, presented)
  },
})
