/**
 * Histories that lie: one answer says another version than it did.
 * Always holds: each way but `any` leaves a history that no register can have.
 */

import type { CallRecord, HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import type { Chance } from '@fourtwelve/cluster'

export type Spoiling =
  /** A read shows the version before one that was acknowledged before the read began. */
  | 'older'
  /** A read shows a version whose write was not yet called. */
  | 'future'
  /** An acknowledged write is told the number of the one before it, which was acknowledged too. */
  | 'twice'
  /** A read shows some version or other. */
  | 'any'

/** An operation that was answered with a version. */
interface Seen {
  readonly call: CallRecord
  readonly began: number
  readonly ended: number
  readonly reply: ReplyRecord
  readonly version: number
}

/** The history with one lie in it, and of which secret; null when it has no place for that one. */
export function spoil(
  records: readonly HistoryRecord[],
  how: Spoiling,
  chance: Chance,
): { readonly records: readonly HistoryRecord[]; readonly key: string } | null {
  const seen = answered(records)
  const reads = seen.filter(({ call }) => call.method === 'GET')
  const writes = seen.filter(({ call }) => call.method !== 'GET')
  const lies: readonly (readonly [Seen, number])[] = ((): (readonly [Seen, number])[] => {
    const pairs = (from: readonly Seen[], fits: (one: Seen, write: Seen) => boolean): (readonly [Seen, Seen])[] =>
      from.flatMap((one) =>
        writes
          .filter((write) => write.call.path === one.call.path && fits(one, write))
          .map((write) => [one, write] as const),
      )
    switch (how) {
      case 'older':
        return pairs(reads, (read, write) => write.ended < read.began).map(([read, { version }]) => [read, version - 1])
      case 'future':
        return pairs(reads, (read, write) => read.ended < write.began).map(([read, { version }]) => [read, version])
      case 'twice':
        return pairs(writes, (one, before) => before.version === one.version - 1).map(([one, { version }]) => [
          one,
          version,
        ])
      case 'any':
        return reads.map((read) => [read, Math.max(0, read.version + chance.below(5) - 2)])
    }
  })()
  const [lie, version] = lies[chance.below(Math.max(1, lies.length))] ?? []
  if (lie === undefined || version === undefined) return null
  const spoiled = records.map((record) => (record === lie.reply ? { ...lie.reply, version } : record))
  return { records: spoiled, key: lie.call.path }
}

function answered(records: readonly HistoryRecord[]): readonly Seen[] {
  const calls = new Map<number, { readonly call: CallRecord; readonly began: number }>()
  const first = new Map<number, number>()
  return records.flatMap((record, at): Seen[] => {
    if (record.kind === 'call') {
      if (!first.has(record.op)) first.set(record.op, at)
      calls.set(record.id, { call: record, began: record.method === 'GET' ? (first.get(record.op) ?? at) : at })
    }
    if (record.kind !== 'reply' || record.version === undefined) return []
    const call = calls.get(record.id)
    return call === undefined ? [] : [{ ...call, ended: at, reply: record, version: record.version }]
  })
}
