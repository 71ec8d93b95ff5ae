/** What was measured against a threshold or a witness, in the unit that a reader expects. */

import { formatDuration, micros, MICROS_PER_MS } from '@fourtwelve/protocol'
import type { Judged, Scenario } from '@fourtwelve/scenario'

/** `duration`: microseconds; `share`: 0 to 1; `count`: a whole number. */
type JudgedUnit = 'duration' | 'share' | 'count'

/** The unit of a value: that of the threshold with this text. A witness is always a count. */
function unitOf(scenario: Scenario, { text }: Judged): JudgedUnit {
  const { thresholds, liveThresholds } = scenario.expect
  const threshold = [...thresholds, ...(liveThresholds ?? [])].find((known) => known.text === text)
  if (threshold?.metric.name === 'latency' || threshold?.metric.name === 'unavailable') return 'duration'
  return threshold?.aggregate.kind === 'rate' ? 'share' : 'count'
}

/** For people: `412.5ms`, `0.0312`, `17`. */
export function formatJudged(scenario: Scenario, judged: Judged): string {
  switch (unitOf(scenario, judged)) {
    case 'duration':
      return formatDuration(micros(judged.value))
    case 'share':
      return String(Number(judged.value.toFixed(SHARE_DIGITS)))
    case 'count':
      return String(judged.value)
  }
}

/** For programs: every time is milliseconds, as everywhere in the JSON of a run. */
export const numberOfJudged = (scenario: Scenario, judged: Judged): number =>
  unitOf(scenario, judged) === 'duration' ? judged.value / MICROS_PER_MS : judged.value

/** Digits of a share behind the point: one in a million shows. */
const SHARE_DIGITS = 6
