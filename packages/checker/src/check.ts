/**
 * Judges a history by many laws at once, in one pass.
 * Always holds: every law sees every record, in the order of the history; verdicts come in the order of the laws.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { AnswerJudge, isAnswerLaw } from './answer-law.ts'
import { JUSTIFIED_412 } from './law-412-justified.ts'
import { ACKNOWLEDGED_SURVIVES } from './law-acknowledged-survives.ts'
import { APPLIED_NEVER_BACK } from './law-applied-never-back.ts'
import { CONVERGENCE } from './law-convergence.ts'
import { HEADER_GATE } from './law-header-gate.ts'
import { ONE_ACTIVE_A_TERM } from './law-one-active-a-term.ts'
import { TERM_AND_INDEX_RISE } from './law-term-and-index-rise.ts'
import { TOKEN_GATE } from './law-token-gate.ts'
import { WAL_PREFIX } from './law-wal-prefix.ts'
import { TOKEN_INDEX_COVERS_ITS_WRITE } from './law-token-index-covers-its-write.ts'
import { REPLY_INDEX_COVERS_ITS_WRITE } from './law-reply-index-covers-its-write.ts'
import { UNINDEXED_NEVER_412 } from './law-unindexed-never-412.ts'
import { OLD_EPOCH_NEVER_WAITS } from './law-old-epoch-never-waits.ts'
import { SESSION_INDEX_NEVER_FALLS } from './law-session-index-never-falls.ts'
import { WRITES_IN_ORDER } from './law-writes-in-order.ts'
import { FORWARDING_HAS_A_LICENCE } from './law-forwarding-has-a-licence.ts'
import { FORWARDED_ONCE_AND_AUTHORISED_AGAIN } from './law-forwarded-once-and-authorised-again.ts'
import { REVOCATION_IS_FINAL } from './law-revocation-is-final.ts'
import { LIFETIME } from './law-lifetime.ts'
import { BATCH_TOKENS_STORE_NOTHING } from './law-batch-tokens-store-nothing.ts'
import { FRESH_TOKEN_NEVER_REFUSED } from './law-fresh-token-never-refused.ts'
import { TAMPERED_TOKEN_REFUSED } from './law-tampered-token-refused.ts'
import { TREE_DIES_TOGETHER } from './law-tree-dies-together.ts'
import { LEASE_FOLLOWS_ITS_OWNER } from './law-lease-follows-its-owner.ts'
import { READ_YOUR_WRITES } from './law-read-your-writes.ts'
import { MONOTONIC_READS } from './law-monotonic-reads.ts'
import { REPLY_EQUALS_REPLAY } from './law-reply-equals-replay.ts'
import { isLogLaw, LogJudge } from './log-law.ts'
import type { OutcomeCounts } from './outcome-tally.ts'
import type { Law, LawState, LawVerdict } from './law.ts'

/** Every law there is. Who leads and the log come first: when they break, the others may only follow from that. */
export const ALL_LAWS: readonly Law[] = [
  ONE_ACTIVE_A_TERM,
  TERM_AND_INDEX_RISE,
  ACKNOWLEDGED_SURVIVES,
  WAL_PREFIX,
  APPLIED_NEVER_BACK,
  TOKEN_GATE,
  HEADER_GATE,
  JUSTIFIED_412,
  FRESH_TOKEN_NEVER_REFUSED,
  TOKEN_INDEX_COVERS_ITS_WRITE,
  REPLY_INDEX_COVERS_ITS_WRITE,
  TAMPERED_TOKEN_REFUSED,
  UNINDEXED_NEVER_412,
  OLD_EPOCH_NEVER_WAITS,
  SESSION_INDEX_NEVER_FALLS,
  READ_YOUR_WRITES,
  MONOTONIC_READS,
  WRITES_IN_ORDER,
  REPLY_EQUALS_REPLAY,
  FORWARDING_HAS_A_LICENCE,
  FORWARDED_ONCE_AND_AUTHORISED_AGAIN,
  REVOCATION_IS_FINAL,
  TREE_DIES_TOGETHER,
  LIFETIME,
  BATCH_TOKENS_STORE_NOTHING,
  LEASE_FOLLOWS_ITS_OWNER,
  CONVERGENCE,
]

export interface Checks {
  /** Takes the next record of the history. */
  observe(record: HistoryRecord): void
  /** What every law says so far, in the order in which the laws were given. */
  verdicts(): readonly LawVerdict[]
  /** What came of the attempts. */
  outcomes(): OutcomeCounts
}

/** Fresh judges of one history. */
export function startChecks(laws: readonly Law[] = ALL_LAWS): Checks {
  const answers = new AnswerJudge()
  const log = new LogJudge()
  const others: LawState[] = []
  const judges = laws.map((law) => {
    if (isAnswerLaw(law)) return answers.add(law)
    if (isLogLaw(law)) return log.add(law)
    const state = law.start()
    others.push(state)
    return state
  })
  return {
    observe: (record) => {
      log.observe(record, answers.observe(record))
      for (const state of others) state.observe(record)
    },
    outcomes: () => answers.outcomes(),
    verdicts: () => judges.map((judge) => judge.verdict()),
  }
}
