/**
 * The first gate: has this node what the client's own X-Vault-Index values name? (vault-consistency 0.E3, 3.3)
 * Always holds: an unmet value is answered at once, never waited for; every value is judged, also when a client sends several.
 */

import { decodeIndexState, hasValidIndexMac, isIndexDefect, type CryptoPort } from '@fourtwelve/protocol'
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

type IndexJudgement = 'met' | 'unmet' | 'bad'

function judgeIndex(node: NodeState, crypto: CryptoPort, value: string): IndexJudgement {
  const state = decodeIndexState(value)
  if (isIndexDefect(state) || state.clusterId !== node.cluster || !hasValidIndexMac(crypto, state)) return 'bad'
  // One cluster alone: nothing is replicated from a primary, so its replicated index is 0.
  return state.localIndex <= node.log.shipped && state.replicatedIndex <= 0 ? 'met' : 'unmet'
}
