/** The event heap against a sorted array: by time, and in the order of posting where times are equal. */

import { micros, type Micros } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EVENT_KINDS, EventHeap, NO_NODE, type SimEvent } from '../dist/event-heap.js'
import { createKernel } from '../dist/kernel.js'

const eventOf = (detail: number): SimEvent => ({
  kind: EVENT_KINDS.client,
  node: NO_NODE,
  detail,
  run: () => undefined,
})

interface Posted {
  readonly time: Micros
  readonly order: number
}

/** Few times, so that many are equal; `null` takes one. */
const scripts = fc.array(fc.option(fc.nat(12), { freq: 3 }), { maxLength: 400, size: 'max' })

test('whatever is posted and taken in between, the next is always the earliest, and of those the one posted first', () => {
  fc.assert(
    fc.property(scripts, (script) => {
      const heap = new EventHeap()
      const model: Posted[] = []
      const first = (): number => {
        let at = 0
        for (const [other, { time, order }] of model.entries()) {
          const best = model[at]
          if (best !== undefined && (time < best.time || (time === best.time && order < best.order))) at = other
        }
        return at
      }
      for (const [order, time] of script.entries()) {
        expect(heap.size).toBe(model.length)
        expect(heap.nextTime()).toBe(model[first()]?.time ?? null)
        if (time === null) expect(heap.take()?.detail).toBe(model.splice(first(), 1)[0]?.order)
        else {
          heap.post(micros(time), eventOf(order))
          model.push({ time: micros(time), order })
        }
      }
    }),
  )
})

test('an empty heap has no next time and nothing to take', () => {
  const heap = new EventHeap()
  expect([heap.size, heap.nextTime(), heap.take()]).toEqual([0, null, null])
  heap.post(micros(1), eventOf(1))
  heap.take()
  expect([heap.size, heap.nextTime(), heap.take()]).toEqual([0, null, null])
})

describe('the kernel', () => {
  test('runs events in their order, at their times, and those that they post', () => {
    const kernel = createKernel()
    const seen: (readonly [string, number])[] = []
    const say = (what: string): void => void seen.push([what, kernel.now()])
    kernel.post(micros(20), EVENT_KINDS.client, 0, 0, () => say('late'))
    kernel.post(micros(10), EVENT_KINDS.client, 0, 0, () => {
      say('early')
      kernel.post(micros(0), EVENT_KINDS.client, 0, 0, () => say('at once'))
      kernel.post(micros(10), EVENT_KINDS.client, 0, 0, () => say('behind late'))
    })
    kernel.run(micros(100), () => false)
    expect(seen).toEqual([
      ['early', 10],
      ['at once', 10],
      ['late', 20],
      ['behind late', 20],
    ])
    expect([kernel.now(), kernel.events()]).toEqual([100, 4])
  })

  test('stops when it is told to, at the event after which it was told, and goes on from there', () => {
    const kernel = createKernel()
    const seen: number[] = []
    for (const delay of [5, 6, 7]) kernel.post(micros(delay), EVENT_KINDS.client, 0, 0, () => void seen.push(delay))
    kernel.run(micros(100), () => seen.length === 2)
    expect([kernel.now(), seen]).toEqual([6, [5, 6]])
    kernel.run(micros(6), () => false)
    expect([kernel.now(), seen]).toEqual([6, [5, 6]])
    kernel.run(micros(7), () => false)
    expect([kernel.now(), seen]).toEqual([7, [5, 6, 7]])
  })

  test('the fingerprint tells times, order, kinds, nodes and details apart', () => {
    const fingerprintOf = (...events: readonly (readonly [number, 1 | 2, number, number])[]): string => {
      const kernel = createKernel()
      for (const [delay, kind, node, detail] of events) kernel.post(micros(delay), kind, node, detail, () => undefined)
      kernel.run(micros(1_000), () => false)
      return kernel.fingerprint()
    }
    const base = [
      [1, 1, 0, 7],
      [1, 2, 1, 8],
    ] as const
    const others = [
      [base[1], base[0]],
      [base[0]],
      [base[0], [2, 2, 1, 8]],
      [base[0], [1, 1, 1, 8]],
      [base[0], [1, 2, 0, 8]],
      [base[0], [1, 2, 1, 9]],
      [],
    ] as const
    expect(fingerprintOf(...base)).toBe(fingerprintOf(...base))
    const all = [fingerprintOf(...base), ...others.map((events) => fingerprintOf(...events))]
    expect(new Set(all).size).toBe(all.length)
    for (const one of all) expect(one).toMatch(/^[0-9a-f]{16}$/)
  })
})
