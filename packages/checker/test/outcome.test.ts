import { outcomeOf, RunFacts, type Outcome } from '@fourtwelve/checker'
import { walIndex, type HistoryRecord, type ReplyRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { call, commit, entry, entryOf, foreignReply, lead, N0, N1 } from './hand-written.ts'
import { fact, founded, taint } from './token-story.ts'

const outcome = (
  method: 'GET' | 'POST',
  status: number,
  between: readonly HistoryRecord[] = [],
  served: Partial<ReplyRecord> = {},
): Outcome => {
  const facts = new RunFacts()
  const asked = call(7, 100, N0, { method })
  const answer = { ...foreignReply(7, 200, status), ...served }
  for (const record of [...founded(), asked, ...between, answer]) facts.observe(record)
  return outcomeOf(asked, answer, facts)
}

describe('the outcome of an attempt', () => {
  test.each([200, 204])('is done with %d', (status) => expect(outcome('POST', status)).toBe('done'))
  test.each([400, 403, 404, 412, 429])('of a write has failed for sure with %d', (status) =>
    expect(outcome('POST', status)).toBe('failed'),
  )
  test.each([0, 500, 503])('of a write is unknown with %d', (status) => expect(outcome('POST', status)).toBe('unknown'))
  test('of a write that is redirected is failed when nothing was sent on, and unknown when it may have been', () => {
    const redirected = (of: ReplyRecord): Outcome => outcomeOf(call(7, 100, N0, { method: 'POST' }), of, new RunFacts())
    expect(redirected({ ...foreignReply(7, 200, 307), forwarded: null })).toBe('failed')
    expect(redirected({ ...foreignReply(7, 200, 307), forwarded: 'write' })).toBe('unknown')
    expect(outcome('POST', 307)).toBe('unknown')
    const written = entry(110, N0, 6, { request: '7' })
    const survived = [written, commit(120, N0, 6)]
    expect(outcome('POST', 307, survived)).toBe('happened')
    expect(outcome('POST', 307, survived, { forwarded: 'write', wrote: walIndex(0) })).toBe('happened')
  })
  test('of a read is never unknown', () => {
    expect(outcome('GET', 307)).toBe('failed')
    expect(outcome('GET', 404)).toBe('done')
    expect(outcome('GET', 0)).toBe('failed')
  })

  test('of a write is told by the log: a committed entry of the request', () => {
    const written = entry(110, N0, 6, { request: '7' })
    expect(outcome('POST', 500, [written, commit(120, N0, 6)])).toBe('happened')
    expect(outcome('POST', 500, [written])).toBe('unknown')
    expect(outcome('POST', 0, [entry(110, N0, 6, { request: '8' }), commit(120, N0, 6)])).toBe('unknown')
  })

  test('is not told by an entry that a later leadership lacks', () => {
    const lost = [entry(110, N0, 6, { request: '7' }), lead(120, N1, 2, 5)]
    expect(outcome('POST', 500, [...lost, entryOf(2, 121, N1, 6), commit(130, N1, 6)])).toBe('unknown')
  })

  test('is told of requests that nodes number by themselves, each in its own range', () => {
    // As live nodes do: the same low bits on every node.
    const [asked, answer] = [call(2 ** 40 + 7, 100, N0, { method: 'POST' }), foreignReply(2 ** 40 + 7, 200, 500)]
    const facts = new RunFacts()
    const own = entry(110, N0, 6, { request: String(2 ** 40 + 7) })
    const other = entry(111, N0, 7, { request: String(2 ** 41 + 7) })
    for (const record of [...founded(), asked, own, other, commit(120, N0, 7), answer]) facts.observe(record)
    expect(outcomeOf(asked, answer, facts)).toBe('happened')
  })

  test('is not told by a use that was spent', () =>
    expect(outcome('POST', 500, [fact(110, 6, taint('h1'), { request: '7' }), commit(120, N0, 6)])).toBe('unknown'))
})
