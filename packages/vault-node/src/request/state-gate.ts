/**
 * The first gate: has this node what the client's own X-Vault-Index values name? (vault-consistency 0.E3, 3.3)
 * Always holds: an unmet value is answered at once, never waited for; every value is judged, also when a client sends several.
 */

import {
  decodeIndexState,
  hasValidIndexMac,
  isIndexDefect,
  type CryptoPort,
  type IndexState,
} from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'

export const MISSING_STATE = 'required index state not present'

/**
 * Whether the node lacks the state that the values demand. A malformed, forged or foreign value fails closed, unless switch
 * `bad_index` says to take no notice of it.
 */
export function isStateMissing(node: NodeState, crypto: CryptoPort, values: readonly string[]): boolean {
  const { switches } = node.config
  if (values.length === 0 || switches.edition === 'community') return false
  const judged = values.map((value) => judgeIndex(node, crypto, value))
  const counted = switches.bad_index === 'ignore' ? judged.filter((one) => one !== 'bad') : judged
  if (counted.length === 0) return false
  const isMet = (one: IndexJudgement): boolean => one === 'met'
  return !(switches.several_indexes === 'all' ? counted.every(isMet) : counted.some(isMet))
}

/** The highest index that the values demand of this cluster; 0 when they demand nothing. */
export function demandedByHeaders(node: NodeState, crypto: CryptoPort, values: readonly string[]): number {
  if (values.length === 0 || node.config.switches.edition === 'community') return 0
  return Math.max(...values.map((value) => Number(ownState(node, crypto, value)?.localIndex ?? 0)))
}

/** Null for a value that is malformed, forged or foreign. */
function ownState(node: NodeState, crypto: CryptoPort, value: string): IndexState | null {
  const state = decodeIndexState(value)
  return isIndexDefect(state) || state.clusterId !== node.cluster || !hasValidIndexMac(crypto, state) ? null : state
}

type IndexJudgement = 'met' | 'unmet' | 'bad'

function judgeIndex(node: NodeState, crypto: CryptoPort, value: string): IndexJudgement {
  const state = ownState(node, crypto, value)
  if (state === null) return 'bad'
  // One cluster alone: nothing is replicated from a primary, so its replicated index is 0.
  return state.localIndex <= node.log.shipped && state.replicatedIndex <= 0 ? 'met' : 'unmet'
}
