import { TOKEN_INDEX_COVERS_ITS_WRITE as LAW } from '@fourtwelve/checker'
import { describe, test } from 'vitest'
import { serviceToken, turned } from './hand-written.ts'
import { birth, born, expectBroken, expectLawful, expectUnknown, founded } from './token-story.ts'

describe('the index in a new token', () => {
  test('names the last entry that made it', () => expectLawful(LAW, born()))

  test('is broken when it was taken before the append', () =>
    expectBroken(
      LAW,
      born({ token: serviceToken('t1', 5) }),
      'Session s7 sent POST auth/token/create to n0 at +0.100 s (call 1); n0 answered 200 at +0.101 s with token t1 of index 5 (epoch 0).',
      'Its last entry is 8, which n0 wrote at +0.100 s. 5 < 8, so a node with the index of the token need not have the token.',
    ))

  test('is broken when it names the token but not its lease', () =>
    expectBroken(LAW, born({ token: serviceToken('t1', 7) }), '7 < 8'))

  test('is broken when nobody can have it yet', () =>
    expectBroken(LAW, born({ token: serviceToken('t1', 9) }), 'But at +0.101 s a majority had no more than 8 < 9'))

  test('is not judged without entries, nor in a community cluster', () => {
    const whole = birth(1, 100, 6, 'h1', { token: serviceToken('t1', 0) })
    expectUnknown(LAW, [...founded(turned({ edition: 'community' })), ...whole])
    expectUnknown(LAW, [...founded(), ...whole.filter(({ kind }) => kind !== 'entry')])
  })
})
