/** A 412 that is judged: session s7 gets a token and an index state, s9 asks n2 with them. */

import { JUSTIFIED_412 } from '@fourtwelve/checker'
import { epoch, type CallRecord, type HistoryRecord, type ReplyRecord, type RunRecord } from '@fourtwelve/protocol'
import { call, created, indexValue, N2, reply, run, serviceToken, wrote } from './hand-written.ts'
import { judging, type Judging } from './verdicts.ts'

export const T31 = serviceToken('t31', 400, 2)
export const I398 = indexValue(398)

/** s7 creates t31 of index 400 and gets index 398; s9 sends what is given to n2, which answers 412 with `applied`. */
export function refused(
  applied: number,
  given: { call?: Partial<CallRecord>; reply?: Partial<ReplyRecord>; run?: Partial<RunRecord> } = {},
): readonly HistoryRecord[] {
  return [
    run(given.run),
    ...created(1, 3100, T31),
    ...wrote(2, 3110, I398),
    call(3, 3120, N2, { token: T31, ...given.call }),
    reply(3, 3140, 412, N2, applied, { epoch: epoch(2), ...given.reply }),
  ]
}
export const { expectTold, verdictOf, why }: Judging = judging(JUSTIFIED_412)
export const NO_TOKEN = { token: { type: 'none' } } as const
