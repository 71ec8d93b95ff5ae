/** The parts of a simulated node that take time: its disk, its service queue, its links. */

import { micros, walIndex, type Micros } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { createDisk } from '../dist/disk.js'
import { EVENT_KINDS } from '../dist/event-heap.js'
import { createKernel, type Kernel } from '../dist/kernel.js'
import { createPeerLink } from '../dist/peer-link.js'
import { createServiceQueue } from '../dist/service-queue.js'

const after =
  (kernel: Kernel) =>
  (delay: Micros, detail: number, run: () => void): void =>
    kernel.post(delay, EVENT_KINDS.client, 0, detail, run)

const at = (kernel: Kernel, time: number, run: () => void): void =>
  kernel.post(micros(time), EVENT_KINDS.client, 0, 0, run)

describe('a disk', () => {
  test('flushes at once what comes first, and together what comes while it is busy', () => {
    const kernel = createKernel()
    const flushed: (readonly [number, number])[] = []
    let draws = 0
    const flushTime = (): Micros => micros(10 + draws++)
    const disk = createDisk(flushTime, after(kernel), (through) => flushed.push([through, kernel.now()]))
    at(kernel, 0, () => disk.append(walIndex(1)))
    for (const index of [2, 3, 4]) at(kernel, index, () => disk.append(walIndex(index)))
    at(kernel, 50, () => disk.append(walIndex(5)))
    kernel.run(micros(100), () => false)
    // One draw a flush: three flushes for five appends.
    expect(flushed).toEqual([
      [1, 10],
      [4, 21],
      [5, 62],
    ])
    expect(draws).toBe(3)
  })

  test('what is appended because of a flush is flushed next', () => {
    const kernel = createKernel()
    const flushed: number[] = []
    const disk = createDisk(
      () => micros(0),
      after(kernel),
      (through) => {
        flushed.push(through)
        if (through < 3) disk.append(walIndex(through + 1))
      },
    )
    disk.append(walIndex(1))
    kernel.run(micros(1), () => false)
    expect(flushed).toEqual([1, 2, 3])
  })

  test('what is durable already, or wanted already, costs nothing', () => {
    const kernel = createKernel()
    const flushed: number[] = []
    const disk = createDisk(
      () => micros(5),
      after(kernel),
      (through) => flushed.push(through),
    )
    disk.append(walIndex(3))
    disk.append(walIndex(2))
    kernel.run(micros(50), () => false)
    disk.append(walIndex(3))
    kernel.run(micros(100), () => false)
    expect(flushed).toEqual([3])
  })
})

describe('a service queue', () => {
  test('serves one after the other: each waits for those before it', () => {
    const queue = createServiceQueue()
    expect(queue.admit(micros(0), micros(10))).toBe(10)
    expect(queue.admit(micros(0), micros(5))).toBe(15)
    expect(queue.admit(micros(12), micros(10))).toBe(13)
    // Idle again since 25.
    expect(queue.admit(micros(40), micros(10))).toBe(10)
  })

  test('turns away what would be too many, and takes more when some are served', () => {
    const queue = createServiceQueue()
    let admitted = 0
    while (queue.admit(micros(0), micros(1)) !== null) admitted += 1
    expect(admitted).toBe(100_000)
    queue.served()
    expect(queue.admit(micros(0), micros(1))).not.toBeNull()
    expect(queue.admit(micros(0), micros(1))).toBeNull()
  })
})

describe('a link', () => {
  const linkWith = (kernel: Kernel, ...delays: readonly number[]): ReturnType<typeof createPeerLink> => {
    let draw = 0
    return createPeerLink(() => micros(delays[draw++] ?? 0), kernel.now, after(kernel))
  }

  test('keeps the order of what is sent: a quick message waits for a slow one before it', () => {
    const kernel = createKernel()
    const seen: (readonly [string, number])[] = []
    const link = linkWith(kernel, 50, 10, 10)
    const send = (what: string): void => link.send(0, () => void seen.push([what, kernel.now()]))
    send('slow')
    send('quick')
    at(kernel, 60, () => send('later'))
    kernel.run(micros(100), () => false)
    expect(seen).toEqual([
      ['slow', 50],
      ['quick', 50],
      ['later', 70],
    ])
  })

  test('a cut loses what is under way and what is sent until it heals, and nothing else', () => {
    const kernel = createKernel()
    const seen: string[] = []
    const link = linkWith(kernel)
    const send = (what: string): void => link.send(0, () => void seen.push(what))
    send('before')
    kernel.run(micros(1), () => false)
    send('under way')
    link.cut()
    send('meanwhile')
    link.heal()
    send('after')
    kernel.run(micros(2), () => false)
    expect(seen).toEqual(['before', 'after'])
  })

  test('what a cut lost holds up nothing that is sent after it', () => {
    const kernel = createKernel()
    const seen: number[] = []
    const link = linkWith(kernel, 1_000, 10)
    link.send(0, () => void seen.push(0))
    link.cut()
    link.heal()
    link.send(0, () => void seen.push(kernel.now()))
    kernel.run(micros(2_000), () => false)
    expect(seen).toEqual([10])
  })
})
