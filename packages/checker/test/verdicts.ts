/** What tests of one law compare: its verdict in brief, and its witness. */

import type { Law } from '@fourtwelve/checker'
import type { HistoryRecord } from '@fourtwelve/protocol'
import { expect } from 'vitest'
import { judge } from './hand-written.ts'

export interface Brief {
  readonly verdict: 'holds' | 'broken' | 'unknown'
  readonly checked: number
  readonly violations: number
}

export const holds = (checked: number): Brief => ({ verdict: 'holds', checked, violations: 0 })
export const broken = (checked: number): Brief => ({ verdict: 'broken', checked, violations: 1 })
export const UNKNOWN: Brief = { verdict: 'unknown', checked: 0, violations: 0 }
/** Of histories with one record that is judged. */
export const HOLDS: Brief = holds(1)
export const BROKEN: Brief = broken(1)

export interface Judging {
  readonly verdictOf: (records: readonly HistoryRecord[]) => Brief
  /** The prose of the witness. */
  readonly why: (records: readonly HistoryRecord[]) => string
  /** The law is broken once, with this prose to the letter, and these records to show for it. */
  readonly expectTold: (
    records: readonly HistoryRecord[],
    brief: Brief,
    prose: string,
    shown: readonly (HistoryRecord | undefined)[],
  ) => void
}

export function judging(law: Law): Judging {
  const verdictOf = (records: readonly HistoryRecord[]): Brief => {
    const { verdict, checked, violations } = judge(law, records)
    return { verdict, checked, violations }
  }
  const why = (records: readonly HistoryRecord[]): string => judge(law, records).witness?.prose ?? 'no witness'
  return {
    verdictOf,
    why,
    expectTold(records, brief, prose, shown) {
      expect(verdictOf(records)).toEqual(brief)
      expect(why(records)).toBe(prose)
      expect(judge(law, records).witness?.records).toEqual(shown)
    },
  }
}
