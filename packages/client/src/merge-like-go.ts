/**
 * The Go client's MergeReplicationStates, line by line, faults included (vault-consistency 6; api/client.go).
 * Always holds: the result holds 1 to 3 values, sorted as text when there is more than one.
 *
 * Its faults:
 * - two stored states that are both incomparable with a new one make three, and the merge after that drops all three;
 * - a new state that one of them covers is stored all the same when it is incomparable with the other, which makes
 *   three too;
 * - a state of another cluster, or an unreadable one, replaces everything.
 * The first two need a cluster that replicates another one: everywhere else the replicated index is 0 and states are
 * comparable.
 *
 * One difference: values are read by our stricter decoder, so upper-case hexadecimal, which no Vault writes, is
 * unreadable here.
 */

import { decodeIndexState, isIndexDefect } from '@fourtwelve/protocol'

const GO_MERGEABLE_STATES_MAX = 2

/** The stored values after one more was received. Values must not be empty: the Go client merges non-empty headers only. */
export function mergeLikeGo(memory: readonly string[], header: string): readonly string[] {
  if (memory.length === 0 || memory.length > GO_MERGEABLE_STATES_MAX) return [header]
  const merged = new Set<string>()
  for (const stored of memory) {
    const order = compareLikeGo(stored, header)
    if (order === null) return [header]
    if (order >= 0) merged.add(stored)
    if (order <= 0) merged.add(header)
  }
  return [...merged].sort()
}

/** compareReplicationStates: 1 when `a` is newer or the same, -1 when older, 0 when neither; null where Go returns an error. */
function compareLikeGo(a: string, b: string): 1 | 0 | -1 | null {
  const one = decodeIndexState(a)
  const two = decodeIndexState(b)
  if (isIndexDefect(one) || isIndexDefect(two) || one.clusterId !== two.clusterId) return null
  if (one.localIndex >= two.localIndex && one.replicatedIndex >= two.replicatedIndex) return 1
  if (one.localIndex <= two.localIndex && one.replicatedIndex <= two.replicatedIndex) return -1
  return 0
}
