/** Whether two runs of one scenario and seed were the same. */

import { DIGEST_START, mixText, type HistoryRecord } from '@fourtwelve/protocol'
import { historyLine, runJsonLine, type RunReport } from '@fourtwelve/report'

export interface FollowedRun {
  readonly report: RunReport
  /** A digest of each line of its history: the lines themselves would fill the memory. */
  readonly lines: readonly number[]
}

/** Makes the digests while a run goes on. */
export function startLineDigests(): { readonly lines: readonly number[]; observe(record: HistoryRecord): void } {
  const lines: number[] = []
  return { lines, observe: (record) => void lines.push(mixText(DIGEST_START, historyLine(record))) }
}

/** Null: fingerprint, history and report are the same, byte for byte. Otherwise what differs, in words. */
export function differenceOfRuns(first: FollowedRun, second: FollowedRun): string | null {
  const [one, two] = [first.report.fingerprint, second.report.fingerprint]
  const line = firstDifference(first.lines, second.lines)
  const histories = line === null ? null : `their histories differ from line ${line} on (--history writes them)`
  if (one !== two) {
    const also = histories === null ? '' : `; ${histories}`
    return `the first run has the fingerprint ${one}, the second ${two}${also}`
  }
  if (histories !== null) return `both runs have the fingerprint ${one}, but ${histories}`
  // The command that repeats a run is no part of what happened.
  if (runJsonLine(first.report, '') === runJsonLine(second.report, '')) return null
  return `both runs have the fingerprint ${one}, but their reports differ`
}

/** From 1; null when all are the same. */
function firstDifference(first: readonly number[], second: readonly number[]): number | null {
  const longer = Math.max(first.length, second.length)
  for (let at = 0; at < longer; at++) if (first[at] !== second[at]) return at + 1
  return null
}
