import { base64, fromBase64, fromUtf8, utf8 } from '@fourtwelve/protocol'
import { mergeLikeGo, mergeStates } from '@fourtwelve/client'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GO_MERGES } from './recorded-go-merges.ts'
import { anyHeader, anyHeaders, headerOf, isAtLeast, requirementOf } from './state-headers.ts'

const wire = (state: string): string => base64(utf8(state))
const plain = (header: string): string => fromUtf8(fromBase64(header) ?? new Uint8Array()) ?? ''

const remembered = (headers: readonly string[]): readonly string[] =>
  headers.reduce(mergeLikeGo, [] as readonly string[])

describe('mergeLikeGo', () => {
  it('returns what the Go client returned, merge by merge', () => {
    let merges = 0
    for (const line of GO_MERGES) {
      let memory: readonly string[] = []
      for (const step of line.split(' | ')) {
        const [received = '', after = ''] = step.split(' -> ')
        memory = mergeLikeGo(memory, wire(`v1:${received}:0a`))
        expect(memory.map(plain), line).toEqual(after.split(' ').map((state) => `v1:${state}:0a`))
        merges += 1
      }
    }
    expect(merges).toBe(320)
  })

  // The table of the Go client's own TestMergeReplicationStates.
  it.each([
    ['empty-old', [], 'v1:cid:1:0:', ['v1:cid:1:0:']],
    ['old-smaller', ['v1:cid:1:0:'], 'v1:cid:2:0:', ['v1:cid:2:0:']],
    ['old-bigger', ['v1:cid:2:0:'], 'v1:cid:1:0:', ['v1:cid:2:0:']],
    ['mixed-single', ['v1:cid:1:0:'], 'v1:cid:0:1:', ['v1:cid:0:1:', 'v1:cid:1:0:']],
    ['mixed-single-alt', ['v1:cid:0:1:'], 'v1:cid:1:0:', ['v1:cid:0:1:', 'v1:cid:1:0:']],
    ['mixed-double', ['v1:cid:0:1:', 'v1:cid:1:0:'], 'v1:cid:2:0:', ['v1:cid:0:1:', 'v1:cid:2:0:']],
    ['newer-both', ['v1:cid:0:1:', 'v1:cid:1:0:'], 'v1:cid:2:1:', ['v1:cid:2:1:']],
  ])('passes the case %s of the Go client', (_, old, received, expected) => {
    expect(mergeLikeGo(old.map(wire), wire(received)).map(plain)).toEqual(expected)
  })

  it('loses its requirement after three incomparable states: even an old one received again drops them all', () => {
    const [a, b, c] = [headerOf('s', 1, 3), headerOf('s', 2, 2), headerOf('s', 3, 1)]
    const three = remembered([a, b, c])
    expect([...three].sort()).toEqual([a, b, c].sort())
    expect(requirementOf(three).get('s')).toEqual([3n, 3n])

    const older = headerOf('s', 1, 1)
    expect(mergeLikeGo(three, older)).toEqual([older])
    expect(isAtLeast(requirementOf([older]), requirementOf(three))).toBe(false)
  })

  it('breaks the law that our own merge keeps: never to require less after a merge; three states and an old one are enough', () => {
    const neverLess = fc.property(anyHeaders(['s']), anyHeader(['s']), (headers, last) => {
      const before = remembered(headers)
      expect(isAtLeast(requirementOf(mergeLikeGo(before, last)), requirementOf(before))).toBe(true)
    })
    const { failed, counterexample } = fc.check(neverLess, { seed: 1, numRuns: 1000 })
    expect(failed).toBe(true)
    const [headers = [], last = ''] = counterexample ?? []
    // The smallest one: a memory of three values, of which the fourth drops what the others required.
    expect(headers).toHaveLength(3)
    expect(remembered(headers)).toHaveLength(3)
    expect(mergeLikeGo(remembered(headers), last)).toEqual([last])
    // The same history in our memory loses nothing.
    const ours = headers.reduce(mergeStates, [] as readonly string[])
    expect(requirementOf(ours)).toEqual(requirementOf(headers))
    expect(isAtLeast(requirementOf(mergeStates(ours, last)), requirementOf(headers))).toBe(true)
  })

  it('keeps a state that another one covers, and so reaches three with two that matter', () => {
    const [a, b, covered] = [headerOf('s', 1, 3), headerOf('s', 3, 1), headerOf('s', 0, 2)]
    expect([...remembered([a, b, covered])].sort()).toEqual([a, b, covered].sort())
    expect(remembered([a, b, covered, covered])).toEqual([covered])
  })

  it('forgets one cluster when it hears of another', () => {
    expect(remembered([headerOf('p', 9, 0), headerOf('s', 1, 0)])).toEqual([headerOf('s', 1, 0)])
  })

  it('never loses a requirement in one cluster that replicates no other', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }), (indexes) => {
        const memory = remembered(indexes.map((index) => headerOf('p', index, 0)))
        expect(memory).toEqual([headerOf('p', Math.max(...indexes), 0)])
      }),
    )
  })

  it('holds one to three values, each of them received, sorted when there are several', () => {
    fc.assert(
      fc.property(anyHeaders(['p', 's']), (headers) => {
        const memory = remembered(headers)
        expect(memory.length).toBeGreaterThanOrEqual(1)
        expect(memory.length).toBeLessThanOrEqual(3)
        expect(headers).toEqual(expect.arrayContaining([...memory]))
        expect(memory).toEqual([...memory].sort())
      }),
    )
  })
})
