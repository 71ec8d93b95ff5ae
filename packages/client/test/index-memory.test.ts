import { EMPTY_MEMORY, remember, type IndexPolicy } from '@fourtwelve/client'
import { describe, expect, it } from 'vitest'
import { headerOf, stateOf } from './state-headers.ts'

const FORGET: IndexPolicy = { kind: 'forget' }
const LIKE_GO: IndexPolicy = { kind: 'remember', merge: 'go' }
const OURS: IndexPolicy = { kind: 'remember', merge: 'ours' }

const THREE_AND_AN_OLD_ONE = [headerOf('s', 1, 3), headerOf('s', 2, 2), headerOf('s', 3, 1), headerOf('s', 1, 1)]

describe('remember', () => {
  it('keeps nothing when the policy is to forget', () => {
    expect(remember(FORGET, EMPTY_MEMORY, headerOf('p', 5, 0))).toEqual([])
  })

  it.each([LIKE_GO, OURS])('takes no notice of an answer without an index (%j)', (policy) => {
    const memory = remember(policy, EMPTY_MEMORY, headerOf('p', 5, 0))
    expect(remember(policy, memory, null)).toBe(memory)
    expect(remember(policy, memory, '')).toBe(memory)
    expect(memory).toEqual([headerOf('p', 5, 0)])
  })

  it('merges by the rule of the policy', () => {
    const by = (policy: IndexPolicy): readonly string[] =>
      THREE_AND_AN_OLD_ONE.reduce((memory, header) => remember(policy, memory, header), EMPTY_MEMORY)
    expect(by(LIKE_GO)).toEqual([headerOf('s', 1, 1)])
    expect(by(OURS)).toEqual([headerOf('s', 3, 1), headerOf('s', 1, 3)])
  })

  it('works on values as Vault writes them', () => {
    const vector =
      'djE6OWY4MmUwM2ItNzFmYi05N2E2LTljNWEtNDZmYTY3MTVkNmU0OjEwMDA6MDo2NTI0MjhkZTY3MjM2YWExMzRjODY4MjM4MzllMWUzMjA5MTkwYmNlZTNlOGIwOGNmMWIwM2E0NGUzMGRiODJh'
    expect(headerOf('9f82e03b-71fb-97a6-9c5a-46fa6715d6e4', 1000, 0)).toBe(vector)
    expect(stateOf(remember(OURS, EMPTY_MEMORY, vector)[0] ?? '').localIndex).toBe(1000)
  })
})
