/**
 * Judges a history by many laws at once, in one pass.
 * Always holds: every law sees every record, in the order of the history; verdicts come in the order of the laws.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { AnswerJudge, isAnswerLaw } from './answer-law.ts'
import { JUSTIFIED_412 } from './law-412-justified.ts'
import { HEADER_GATE } from './law-header-gate.ts'
import { TOKEN_GATE } from './law-token-gate.ts'
import { WAL_PREFIX } from './law-wal-prefix.ts'
import type { Law, LawState, LawVerdict } from './law.ts'

/** Every law there is. The log comes first: when it breaks, the others may only follow from that. */
export const ALL_LAWS: readonly Law[] = [WAL_PREFIX, TOKEN_GATE, HEADER_GATE, JUSTIFIED_412]

export interface Checks {
  /** Takes the next record of the history. */
  observe(record: HistoryRecord): void
  /** What every law says so far, in the order in which the laws were given. */
  verdicts(): readonly LawVerdict[]
}

/** Fresh judges of one history. */
export function startChecks(laws: readonly Law[] = ALL_LAWS): Checks {
  const answers = new AnswerJudge()
  const others: LawState[] = []
  const judges = laws.map((law) => {
    if (isAnswerLaw(law)) return answers.add(law)
    const state = law.start()
    others.push(state)
    return state
  })
  return {
    observe: (record) => {
      answers.observe(record)
      for (const state of others) state.observe(record)
    },
    verdicts: () => judges.map((judge) => judge.verdict()),
  }
}
