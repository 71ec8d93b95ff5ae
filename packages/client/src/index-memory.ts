/**
 * What a client remembers of the states that servers told it, so that it can require them: read your writes.
 * Always holds: every value was received as it is; a client cannot make one, because only servers hold the key of the
 * MAC (vault-consistency 3.1). A memory belongs to one cluster, or to clusters that replicate each other: a node that
 * has never heard of a state's cluster answers 412 to it for ever.
 */

import type { IndexPolicy, MergeRule } from './client-policy.ts'
import { mergeLikeGo } from './merge-like-go.ts'
import { mergeStates } from './merge-states.ts'

/** Values of X-Vault-Index to send, all of which a node must fulfil. */
export type IndexMemory = readonly string[]

export const EMPTY_MEMORY: IndexMemory = []

const MERGES: Readonly<Record<MergeRule, (memory: IndexMemory, header: string) => IndexMemory>> = {
  go: mergeLikeGo,
  ours: mergeStates,
}

/**
 * The memory after an answer with this X-Vault-Index; null or empty is an answer without one, which most are: reads and
 * errors carry none (vault-consistency 3.2). To be called with the answer that the caller gets, whatever its status.
 * The Go client takes no notice of the answers before a retry, but 412 and 5xx carry no index, so calling it for each
 * gives the same.
 */
export function remember(policy: IndexPolicy, memory: IndexMemory, header: string | null): IndexMemory {
  if (policy.kind === 'forget' || header === null || header === '') return memory
  return MERGES[policy.merge](memory, header)
}
