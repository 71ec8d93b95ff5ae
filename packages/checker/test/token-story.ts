/**
 * Histories of tokens, written by hand: a founded cluster of three whose log has 5 entries, tokens that are born in it, and what is
 * asked with them. Times in milliseconds.
 */

import type { Law, LawVerdict } from '@fourtwelve/checker'
import {
  micros,
  milliseconds,
  seconds,
  walIndex,
  type CallRecord,
  type EntryFact,
  type EntryRecord,
  type HistoryRecord,
  type Micros,
  type NodeId,
  type ReplyRecord,
  type RunRecord,
  type TokenRecord,
} from '@fourtwelve/protocol'
import { expect } from 'vitest'
import { call, commit, entry, founding, indexValue, judge, N0, reply, run, serviceToken } from './hand-written.ts'

const HEAD = 5

export const founded = (given: Partial<RunRecord> = {}): readonly HistoryRecord[] => [run(given), ...founding(0, HEAD)]

export const fact = (ms: number, index: number, one: EntryFact, given: Partial<EntryRecord> = {}): EntryRecord =>
  entry(ms, N0, index, { facts: [one], ...given })

export interface Born {
  readonly token?: TokenRecord
  readonly parent?: string
  readonly uses?: number
  readonly most?: Micros
  readonly ttl?: Micros
  readonly call?: Partial<CallRecord>
  readonly reply?: Partial<ReplyRecord>
}

/**
 * Call `id` makes token `salted` at `ms` by three entries from `first` on: accessor, token, lease; committed, and answered a
 * millisecond later. The token that the client gets is `t<id>`.
 */
export function birth(
  id: number,
  ms: number,
  first: number,
  salted: string,
  given: Born = {},
): readonly HistoryRecord[] {
  const { parent = '', uses = 0, most = micros(0), ttl = seconds(3600) } = given
  const last = first + 2
  const mine = { request: String(id) }
  return [
    call(id, ms, N0, { session: 's7', method: 'POST', path: 'auth/token/create', ...given.call }),
    fact(ms, first, { what: 'accessor', id: salted }, mine),
    fact(ms, first + 1, { what: 'token', id: salted, parent, uses, age: micros(0), most }, mine),
    fact(ms, last, { what: 'lease', id: salted, left: ttl }, mine),
    commit(ms, N0, last),
    reply(id, ms + 1, 200, N0, first - 1, {
      token: given.token ?? serviceToken(`t${id}`, last),
      wrote: walIndex(last),
      index: indexValue(last),
      grant: { ttl, uses, orphan: parent === '' },
      ...given.reply,
    }),
  ]
}

/** Most stories begin so: h1 of entries 6 to 8 is born at 0.1 s, and its token is T1. */
export const born = (given: Born = {}, ran: Partial<RunRecord> = {}): readonly HistoryRecord[] => [
  ...founded(ran),
  ...birth(1, 100, 6, 'h1', given),
]

export const tokenOf = (id: number, last: number): TokenRecord => serviceToken(`t${id}`, last)

export const T1: TokenRecord = tokenOf(1, 8)

/** A fact of one entry, and its commit. */
export const after = (
  ms: number,
  index: number,
  one: EntryFact,
  given: Partial<EntryRecord> = {},
): readonly HistoryRecord[] => [fact(ms, index, one, given), commit(ms, N0, index)]

export const taint = (salted: string, parent = ''): EntryFact => ({
  what: 'token',
  id: salted,
  parent,
  uses: -1,
  age: milliseconds(500),
  most: micros(0),
})

/** h1 is born, and dies with entry 9. */
export const DEAD: readonly HistoryRecord[] = [...born(), ...after(200, 9, taint('h1'))]

/** How a node says that it does not know a token. */
export const INVALID = ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']

/** Session s9 sends a token to a node, which answers 2 ms later with `applied`. */
export const uses = (
  id: number,
  ms: number,
  node: NodeId,
  token: TokenRecord,
  status: number,
  applied: number,
  given: { call?: Partial<CallRecord>; reply?: Partial<ReplyRecord> } = {},
): readonly HistoryRecord[] => [
  call(id, ms, node, { path: 'auth/token/lookup-self', token, ...given.call }),
  reply(id, ms + 2, status, node, applied, { errors: status === 403 ? INVALID : [], ...given.reply }),
]

/** The law holds, and judged something. */
export function expectLawful(law: Law, records: readonly HistoryRecord[]): void {
  expect(brief(judge(law, records))).toMatchObject({ verdict: 'holds', violations: 0 })
}

export function expectUnknown(law: Law, records: readonly HistoryRecord[]): void {
  expect(brief(judge(law, records))).toEqual({ verdict: 'unknown', checked: 0, violations: 0 })
}

/** The law is broken once, and its witness has all these words. */
export function expectBroken(law: Law, records: readonly HistoryRecord[], ...words: readonly string[]): void {
  const verdict = judge(law, records)
  expect(brief(verdict)).toMatchObject({ verdict: 'broken', violations: 1 })
  for (const text of words) expect(verdict.witness?.prose).toContain(text)
  for (const record of verdict.witness?.records ?? []) expect(records).toContain(record)
  expect(verdict.witness?.records.length).toBeGreaterThan(0)
}

const brief = ({ verdict, checked, violations }: LawVerdict) => ({ verdict, checked, violations })
