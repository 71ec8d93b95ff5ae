/**
 * Every log that ever was in a run, each prefix with its state: what the entries say when they are replayed from the first.
 * Owns which prefix each node has applied, as the history tells it.
 * Always holds: a prefix is named by the chain of digests at its end; a node that says it has applied what nobody wrote throws.
 */

import { DIGEST_START, mixNumber, type HistoryRecord, type NodeId, type WalEntry } from '@fourtwelve/protocol'
import type { Effect } from '@fourtwelve/vault-node'
import { replay, type Replayed } from './replayed-state.ts'

export interface Prefix {
  /** How many entries. */
  readonly index: number
  readonly before: Prefix | null
  /** The last one; null before the first. */
  readonly entry: WalEntry | null
}

interface KnownPrefix extends Prefix {
  readonly before: KnownPrefix | null
  state: Replayed | null
}

export interface KnownLogs {
  /** A cluster begins with these. */
  begun(entries: readonly WalEntry[]): void
  /** What a turn of a node wrote. */
  turned(node: NodeId, effects: readonly Effect[]): void
  heard(record: HistoryRecord): void
  /** What a node has applied, by the history so far. */
  appliedBy(node: NodeId): Prefix
  /** Throws when nobody ever wrote such a log. */
  at(chain: number): Prefix
  stateOf(prefix: Prefix): Replayed
}

export function createKnownLogs(): KnownLogs {
  const start: KnownPrefix = { index: 0, before: null, entry: null, state: new Map() }
  const prefixes = new Map<number, KnownPrefix>([[DIGEST_START, start]])
  const applied = new Map<NodeId, number>()

  const at = (chain: number): KnownPrefix => {
    const prefix = prefixes.get(chain)
    if (prefix === undefined) throw new Error(`nobody ever wrote a log of the chain ${chain}`)
    return prefix
  }
  /** Puts entries behind a log. Answers the chain of the longer one. */
  const grow = (chain: number, entries: readonly WalEntry[]): number => {
    let end = chain
    for (const entry of entries) {
      const before = at(end)
      end = mixNumber(end, entry.digest)
      if (!prefixes.has(end)) prefixes.set(end, { index: before.index + 1, before, entry, state: null })
    }
    return end
  }

  return {
    at,
    begun: (entries) => void grow(DIGEST_START, entries),
    turned(node, effects) {
      // A turn's own entries stand behind what the node had applied, or comes to apply in this very turn.
      const came = effects.flatMap((one) => (one.kind === 'applied' ? [one.chain] : []))
      const chains = [applied.get(node) ?? DIGEST_START, ...came]
      for (const effect of effects) {
        if (effect.kind !== 'append' || effect.origin !== 'written') continue
        const first = (effect.entries[0]?.index ?? 0) - 1
        const before = chains.find((chain) => prefixes.get(chain)?.index === first)
        if (before === undefined)
          throw new Error(`${node} writes entry ${first + 1} behind a log that it has not applied`)
        chains.unshift(grow(before, effect.entries))
      }
    },
    heard(record) {
      const place = placeIn(record)
      if (place === null) return
      const { node, index, chain } = place
      if (at(chain).index !== index)
        throw new Error(`${node} says that it has applied ${index}, and its chain says ${at(chain).index}`)
      applied.set(node, chain)
    },
    appliedBy: (node) => at(applied.get(node) ?? DIGEST_START),
    stateOf: (prefix) => stateOf(prefix as KnownPrefix),
  }
}

/** How far a record says that a node is. */
function placeIn(
  record: HistoryRecord,
): { readonly node: NodeId; readonly index: number; readonly chain: number } | null {
  switch (record.kind) {
    case 'apply':
    case 'resign':
    case 'recover':
      return record
    default:
      return null
  }
}

/** Replays what is missing. */
function stateOf(prefix: KnownPrefix): Replayed {
  const missing: KnownPrefix[] = []
  let known = prefix
  while (known.state === null && known.before !== null) {
    missing.push(known)
    known = known.before
  }
  let state: Replayed = known.state ?? new Map()
  for (const { entry } of missing.toReversed()) if (entry !== null) state = replay(state, entry)
  prefix.state = state
  return state
}

/** Where two states differ; null when they are equal. Values are shared where nothing was written to a disk between. */
export function stateDifference(one: Iterable<readonly [string, object]>, other: Replayed): string | null {
  const all = new Map(one)
  for (const [key, value] of all) {
    const there = other.get(key)
    if (there !== value && JSON.stringify(there) !== JSON.stringify(value))
      return `${key} is ${JSON.stringify(value)} and ${JSON.stringify(there)}`
  }
  const more = [...other.keys()].find((key) => !all.has(key))
  return more === undefined ? null : `${more} is missing`
}
