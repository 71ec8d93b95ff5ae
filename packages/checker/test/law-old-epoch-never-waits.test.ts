import { OLD_EPOCH_NEVER_WAITS as LAW } from '@fourtwelve/checker'
import { epoch, type CallRecord, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, test } from 'vitest'
import { call, created, foreignReply, indexValue, N2, reply, run, serviceToken, turned } from './hand-written.ts'
import { expectBroken, expectLawful, expectUnknown } from './token-story.ts'

const OLD = serviceToken('t31', 412, 1)
const asked = (
  status: number,
  nodeEpoch: number,
  given: Partial<CallRecord> = {},
  switches = {},
): readonly HistoryRecord[] => [
  run(turned(switches)),
  ...created(1, 100, OLD),
  call(2, 200, N2, { token: OLD, ...given }),
  reply(2, 210, status, N2, 3, { epoch: epoch(nodeEpoch) }),
]

describe('a token of an older epoch', () => {
  test('is looked up without its index', () => {
    expectLawful(LAW, asked(200, 2))
    expectLawful(LAW, asked(403, 2))
  })

  test('is broken by a 412', () =>
    expectBroken(
      LAW,
      asked(412, 2),
      'Session s7 created token t31 of index 412 (epoch 1) at +0.101 s (call 1). Session s9 sent GET secret/data/a to n2',
      'n2 answered 412 at +0.210 s in epoch 2. 1 < 2: the index 412 counts entries of an older log, so no state can be missing for it.',
    ))

  test('is not judged in its own epoch, with another index, where old epochs are checked, or when the epoch is not told', () => {
    expectUnknown(LAW, asked(412, 1))
    expectUnknown(LAW, asked(412, 2, { index: [indexValue(9)] }))
    expectUnknown(LAW, asked(412, 2, {}, { old_epoch: 'checked' }))
    expectUnknown(LAW, [...asked(412, 2).slice(0, -1), foreignReply(2, 210, 412)])
    expectUnknown(LAW, asked(412, 2, { path: 'auth/token/lookup', bodyToken: serviceToken('t32', 9, 2) }))
  })
})
