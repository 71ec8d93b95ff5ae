/** Whether two runs of one scenario and seed were the same. */

import { runJsonLine, type RunReport } from '@fourtwelve/report'

/** Null: fingerprint and report are the same, byte for byte. Otherwise what differs, in words. */
export function differenceOfRuns(first: RunReport, second: RunReport): string | null {
  if (first.fingerprint !== second.fingerprint) {
    return `the first run has the fingerprint ${first.fingerprint}, the second ${second.fingerprint}`
  }
  // The command that repeats a run is no part of what happened.
  if (runJsonLine(first, '') === runJsonLine(second, '')) return null
  return `both runs have the fingerprint ${first.fingerprint}, but their reports differ`
}
