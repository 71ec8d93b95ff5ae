/**
 * A merge of states that loses no requirement, in as few values as can be.
 * Always holds: at most two values a cluster, at most MEMORY_STATES_MAX in all, the cluster last heard of at the end.
 *
 * A node fulfils a memory when it fulfils every value, that is, when it has the greatest local and the greatest
 * replicated index among those of its cluster. So two values a cluster say all that was ever received: one with the
 * greatest local index and one with the greatest replicated index. A third, incomparable with both, asks for nothing
 * more. Nothing has to be forged, and there is nothing to choose between when a cluster sends many incomparable states.
 */

import { decodeIndexState, isIndexDefect, type IndexState, type Uint64 } from '@fourtwelve/protocol'

/** Values kept, which is four clusters at least: some 1200 bytes of headers a request. */
export const MEMORY_STATES_MAX = 8

interface Received {
  readonly header: string
  readonly state: IndexState
}

/**
 * The stored values after one more was received. The requirement of a cluster never falls while the cluster is
 * remembered. Over the bound, the cluster heard of least recently is forgotten whole: what is left of it would promise
 * less than it seems to, and the client most likely left it. An unreadable value changes nothing, because every node
 * would answer 412 to it for ever.
 */
export function mergeStates(memory: readonly string[], header: string): readonly string[] {
  const received = read(header)
  if (received === null) return memory
  const others: Received[] = []
  const own: Received[] = []
  for (const value of memory) {
    const stored = read(value)
    if (stored === null) continue
    if (stored.state.clusterId === received.state.clusterId) own.push(stored)
    else others.push(stored)
  }
  own.push(received)
  const kept = furthest(own)
  return [...newest(others, MEMORY_STATES_MAX - kept.length), ...kept].map((one) => one.header)
}

function read(header: string): Received | null {
  const state = decodeIndexState(header)
  return isIndexDefect(state) ? null : { header, state }
}

/** The one or two states of a cluster that together require what all of them do. */
function furthest(own: readonly Received[]): readonly Received[] {
  const inLocal = own.reduce((best, next) =>
    isFurther(next.state.localIndex, best.state.localIndex, next.state.replicatedIndex, best.state.replicatedIndex)
      ? next
      : best,
  )
  const inReplicated = own.reduce((best, next) =>
    isFurther(next.state.replicatedIndex, best.state.replicatedIndex, next.state.localIndex, best.state.localIndex)
      ? next
      : best,
  )
  return inLocal === inReplicated ? [inLocal] : [inLocal, inReplicated]
}

/** Later in one number; in the other when the first is equal; of two equal ones, the one received last, whose key is newer. */
function isFurther(first: Uint64, bestFirst: Uint64, second: Uint64, bestSecond: Uint64): boolean {
  return first > bestFirst || (first === bestFirst && second >= bestSecond)
}

/** As many states as there is room for, without those of the clusters heard of least recently. */
function newest(others: readonly Received[], room: number): readonly Received[] {
  let kept = others
  while (kept.length > room) {
    const oldest = kept[0]?.state.clusterId
    kept = kept.filter(({ state }) => state.clusterId !== oldest)
  }
  return kept
}
