import { MEMORY_STATES_MAX, mergeLikeGo, mergeStates } from '@fourtwelve/client'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyHeader, anyHeaders, headerOf, isAtLeast, requirementOf, stateOf } from './state-headers.ts'

/** As many as fit with two states each. */
const FEW = ['p', 's', 't', 'u']
/** More than fit. */
const MANY = Array.from({ length: 12 }, (_, at) => `cluster-${at}`)

const remembered = (headers: readonly string[]): readonly string[] =>
  headers.reduce(mergeStates, [] as readonly string[])
const clusterOf = (header: string): string => stateOf(header).clusterId

describe('mergeStates', () => {
  it('keeps one state while all are comparable', () => {
    expect(remembered([headerOf('p', 5, 0), headerOf('p', 7, 0), headerOf('p', 6, 0)])).toEqual([headerOf('p', 7, 0)])
  })

  it('keeps the two outer ones of three incomparable states, which require the third', () => {
    const [a, b, c] = [headerOf('s', 1, 3), headerOf('s', 2, 2), headerOf('s', 3, 1)]
    expect(remembered([a, b, c])).toEqual([c, a])
    expect(requirementOf([a, c])).toEqual(requirementOf([a, b, c]))
  })

  it('keeps its requirement where the Go client loses it', () => {
    const headers = [headerOf('s', 1, 3), headerOf('s', 2, 2), headerOf('s', 3, 1), headerOf('s', 1, 1)]
    expect(requirementOf(remembered(headers)).get('s')).toEqual([3n, 3n])
    expect(requirementOf(headers.reduce(mergeLikeGo, [] as readonly string[])).get('s')).toEqual([1n, 1n])
  })

  it('tells apart indexes that are equal as doubles', () => {
    const [lower, higher] = [headerOf('p', 2n ** 53n, 0), headerOf('p', 2n ** 53n + 1n, 0)]
    expect(remembered([lower, higher])).toEqual([higher])
    expect(remembered([higher, lower])).toEqual([higher])
  })

  it('takes the newer of two texts that say the same', () => {
    const old = headerOf('p', 5, 5)
    const signedAnew = Buffer.from('v1:p:5:5:00ff').toString('base64')
    expect(remembered([old, signedAnew])).toEqual([signedAnew])
  })

  it('requires of each cluster exactly what was received of it: nothing less, nothing more', () => {
    fc.assert(
      fc.property(anyHeaders(FEW), (headers) => {
        expect(requirementOf(remembered(headers))).toEqual(requirementOf(headers))
      }),
    )
  })

  it('requires the same in whatever order states come', () => {
    const shuffled = anyHeaders(FEW).chain((headers) =>
      fc.tuple(fc.constant(headers), fc.shuffledSubarray(headers, { minLength: headers.length })),
    )
    fc.assert(
      fc.property(shuffled, ([headers, others]) => {
        expect(requirementOf(remembered(others))).toEqual(requirementOf(remembered(headers)))
      }),
    )
  })

  it('never requires less after a merge, and always what was received last', () => {
    fc.assert(
      fc.property(anyHeaders(FEW), anyHeader(FEW), (headers, last) => {
        const before = remembered(headers)
        const after = requirementOf(mergeStates(before, last))
        expect(isAtLeast(after, requirementOf(before))).toBe(true)
        expect(isAtLeast(after, requirementOf([last]))).toBe(true)
      }),
    )
  })

  it('changes nothing when the same state comes again', () => {
    fc.assert(
      fc.property(anyHeaders(MANY), anyHeader(MANY), (headers, last) => {
        const once = mergeStates(remembered(headers), last)
        expect(mergeStates(once, last)).toEqual(once)
      }),
    )
  })

  it('keeps received values only, and so few that none can be spared', () => {
    fc.assert(
      fc.property(anyHeaders(FEW), (headers) => {
        const memory = remembered(headers)
        expect(headers).toEqual(expect.arrayContaining([...memory]))
        for (const spared of memory) {
          const rest = memory.filter((header) => header !== spared)
          expect(isAtLeast(requirementOf(rest), requirementOf(memory))).toBe(false)
        }
        const single = headers.filter((header) => isAtLeast(requirementOf([header]), requirementOf(headers)))
        if (single.length > 0) expect(memory).toHaveLength(1)
      }),
    )
  })

  it('stays within its bound, and within a remembered cluster never requires less', () => {
    fc.assert(
      fc.property(fc.array(anyHeader(MANY), { minLength: 1, maxLength: 60 }), (headers) => {
        let memory: readonly string[] = []
        for (const header of headers) {
          const before = requirementOf(memory)
          memory = mergeStates(memory, header)
          expect(memory.length).toBeLessThanOrEqual(MEMORY_STATES_MAX)
          const after = requirementOf(memory)
          expect(isAtLeast(after, requirementOf([header]))).toBe(true)
          const stillHeard = new Map([...before].filter(([cluster]) => after.has(cluster)))
          expect(isAtLeast(after, stillHeard)).toBe(true)
        }
      }),
    )
  })

  it('forgets the cluster heard of least recently, whole, when there are too many', () => {
    const two = (cluster: string): string[] => [headerOf(cluster, 2, 1), headerOf(cluster, 1, 2)]
    const full = remembered(FEW.flatMap(two))
    expect(full).toHaveLength(MEMORY_STATES_MAX)
    const heardAgain = mergeStates(full, headerOf('p', 0, 0))
    expect(requirementOf(heardAgain)).toEqual(requirementOf(full))
    const more = mergeStates(heardAgain, headerOf('v', 1, 1))
    expect([...new Set(more.map(clusterOf))]).toEqual(['t', 'u', 'p', 'v'])
  })

  it('takes no notice of a value that it cannot read', () => {
    const memory = remembered([headerOf('p', 5, 0)])
    expect(mergeStates(memory, 'not a state')).toBe(memory)
    expect(mergeStates([], '')).toEqual([])
  })

  it('brings a memory that another merge left with three states down to two', () => {
    const three = [headerOf('s', 1, 3), headerOf('s', 2, 2), headerOf('s', 3, 1)]
    expect(mergeStates([...three, 'not a state'], headerOf('s', 0, 0))).toEqual([
      headerOf('s', 3, 1),
      headerOf('s', 1, 3),
    ])
  })
})
