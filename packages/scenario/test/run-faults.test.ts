/** What the runner of faults does, and when, on a cluster that keeps what is done to it. */

import { milliseconds, seconds } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { loaded, played, rows, script } from './fault-scenarios.ts'
import type { Recording } from './recording-cluster.ts'

describe('a fault with an end', () => {
  test.each([
    ['do: kill, target: n1', 'kill n1', 'restart n1'],
    ['do: pause, target: n1', 'pause n1', 'resume n1'],
    ['do: hold, target: n0->n1', 'hold n0->n1', 'release n0->n1'],
    ['do: cut, target: n0->n1', 'cut n0->n1', 'heal n0->n1'],
    ['do: slow-disk, target: n1, by: 1ms', 'slow-disk n1', 'slow-disk n1'],
    ['do: slow-apply, target: n1, by: 1ms', 'slow-apply n1', 'slow-apply n1'],
    ['do: clock-skew, target: n1, by: -1s', 'clock-skew n1', 'clock-skew n1'],
    ['do: forwarding, target: n1, fails: true', 'forwarding n1', 'forwarding n1'],
    ['do: shipper-buffer, target: n1, entries: 3', 'shipper-buffer n1', 'shipper-buffer n1'],
    ['do: lag, target: n0->n1, lag: 1s', 'lag n0->n1', 'lag n0->n1'],
  ])('%s ends after its time, and only then', (row, begin, end) => {
    expect(played(loaded(rows(`at: 3s, for: 2s, ${row}`))).done).toEqual([`3000 ${begin}`, `5000 ${end}`])
  })

  test('is put back to what was usual', () => {
    const of = (row: string, head = ''): unknown =>
      played(loaded(`${head}${rows(`at: 1s, for: 1s, ${row}`)}`)).faults[1]?.fault
    expect(of('do: slow-disk, target: n1, by: 1ms')).toEqual({ kind: 'slow-disk', node: 'n1', by: 0 })
    expect(of('do: clock-skew, target: n1, by: -1s')).toEqual({ kind: 'clock-skew', node: 'n1', by: 0 })
    expect(of('do: forwarding, target: n1, delay: 1s')).toEqual({
      kind: 'forwarding',
      node: 'n1',
      delay: 0,
      fails: false,
    })
    expect(of('do: shipper-buffer, target: n1, entries: 3')).toEqual({
      kind: 'shipper-buffer',
      node: 'n1',
      entries: null,
    })
    const lag = 'lag: { default: 20ms, links: { n0->n1: 7ms } }\n'
    const drawn = (value: number): object => ({ kind: 'drawn', from: { dist: 'constant', value } })
    expect(of('do: lag, target: n0->n1, lag: raft', lag)).toMatchObject({ lag: drawn(7_000) })
    expect(of('do: lag, target: n2->n1, lag: raft', lag)).toMatchObject({ lag: drawn(7_000) })
    expect(of('do: lag, target: n1->n0, lag: raft', lag)).toMatchObject({ lag: drawn(20_000) })
  })

  test.each([
    ['lag: 20ms\n', { dist: 'constant', value: 1_020_000 }],
    ['lag: { dist: uniform, min: 1ms, max: 2ms }\n', { dist: 'uniform', min: 1_001_000, max: 1_002_000 }],
    ['lag: { dist: exponential, mean: 1ms }\n', { dist: 'exponential', mean: 1000, min: 1_000_000 }],
    ['lag: { dist: normal, mean: 1ms, stddev: 1us }\n', { dist: 'normal', mean: 1_001_000, min: 1_000_000 }],
  ])('a second on top of %s is worked out', (lag, from) => {
    for (const word of ['lag', 'spike']) {
      const { faults } = played(loaded(`${lag}${rows(`at: 1s, for: 2s, do: ${word}, target: active->n1, add: 1s`)}`))
      expect(faults).toMatchObject([{ fault: { kind: 'lag', link: 'n0->n1', lag: { from } } }, { t: seconds(3) }])
    }
  })

  test('is not ended twice: neither what somebody ended before, nor what a later one replaced', () => {
    const steps = 'steps:\n  - { wait: 2s }\n  - { restart: n1 }\n'
    expect(played(loaded(`${rows('at: 1s, for: 5s, do: kill, target: n1')}${steps}`)).done).toEqual([
      '1000 kill n1',
      '2000 restart n1',
    ])
    const twice = rows('at: 1s, for: 3s, do: hold, target: n0->n1', 'at: 2s, for: 8s, do: hold, target: n0->n1')
    expect(played(loaded(twice)).done).toEqual(['1000 hold n0->n1', '2000 hold n0->n1', '10000 release n0->n1'])
    const paused = rows('at: 1s, for: 9s, do: pause, target: n1', 'at: 2s, for: 1s, do: kill, target: n1')
    expect(played(loaded(paused)).done).toEqual(['1000 pause n1', '2000 kill n1', '3000 restart n1'])
  })
})

describe('a promotion, and a restore of what was backed up', () => {
  const before = rows('at: 1s, do: kill, target: n1', 'at: 1s, do: cut, target: n0->n2')
  test.each([
    ['do: promote', ['20000 heal n0->n2']],
    ['do: restore', ['20000 restart n1', '20000 heal n0->n2']],
  ])('%s begins every node anew, so that none is started again at the end', (row, ends) => {
    expect(played(loaded(`${before}  - { at: 2s, ${row} }\n`)).done.slice(3)).toEqual(ends)
  })

  test('a restore does so only when there is a backup', () => {
    const text = loaded(`${before}  - { at: 500ms, do: backup }\n  - { at: 2s, do: restore }\n`)
    expect(played(text).done.slice(4)).toEqual(['20000 heal n0->n2'])
  })
})

describe('who is meant', () => {
  test('is asked at the moment of the fault, and the same is put back', () => {
    const text = loaded(
      rows(
        'at: 1s, for: 5s, do: kill, target: active',
        'at: 3s, for: 1s, do: slow-disk, by: 1ms, target: active',
        'at: 4500ms, for: 1s, do: pause, target: standby',
        'at: 7s, do: step-down',
      ),
    )
    expect(played(text).done).toEqual([
      '1000 kill n0',
      '3000 slow-disk n1',
      '4000 slow-disk n1',
      '4500 pause n2',
      '5500 resume n2',
      '6000 restart n0',
      '7000 step-down n1',
    ])
  })

  test('is the one with the higher term, of two that take themselves for active', () => {
    const text = loaded(rows('at: 1s, for: 9s, do: pause, target: active', 'at: 2s, do: hold, target: active->n2'))
    expect(played(text).done).toEqual(['1000 pause n0', '2000 hold n1->n2', '10000 resume n0', '20000 release n1->n2'])
  })

  test('is nobody while nobody leads or runs: the fault is left out, and counted', () => {
    const text = loaded(
      rows(
        'at: 1s, for: 9s, do: kill, target: active',
        'at: 2s, do: step-down',
        'at: 3s, do: pause, target: n0',
        'at: 4s, for: 1s, do: kill, target: standby',
      ),
      1,
    )
    const { done, run } = played(text, { election: 30_000_000 })
    expect(done).toEqual(['1000 kill n0', '4000 kill n1', '5000 restart n1', '10000 restart n0'])
    expect(run.measurements.counts()).toMatchObject({ faults: 2, faults_left_out: 2, kills: 2, restarts: 2 })
  })

  test('random finds every node that runs and every pair, and a link never joins a node with itself', () => {
    const text = loaded(
      rows(
        'every: 100ms, for: 1ms, do: slow-disk, by: 1ms, target: random',
        'every: 100ms, for: 1ms, do: slow-apply, by: 1ms, target: random-standby',
        'every: 100ms, for: 1ms, do: cut, target: random',
        'every: 100ms, for: 1ms, do: hold, target: random->active',
      ),
    )
    const { faults } = played(text)
    const hit = (kind: string): string[] => [
      ...new Set(
        faults.flatMap(({ fault }) =>
          fault.kind !== kind
            ? []
            : 'node' in fault
              ? [String(fault.node)]
              : 'link' in fault
                ? [String(fault.link)]
                : [],
        ),
      ),
    ]
    expect(hit('slow-disk').toSorted()).toEqual(['n0', 'n1', 'n2'])
    expect(hit('slow-apply').toSorted()).toEqual(['n1', 'n2'])
    expect(hit('cut').toSorted()).toEqual(['n0->n1', 'n0->n2', 'n1->n0', 'n1->n2', 'n2->n0', 'n2->n1'])
    expect(hit('hold').toSorted()).toEqual(['n1->n0', 'n2->n0'])
  })
})

describe('the end of a run', () => {
  const HOLDING = ['do: kill, target: n1', 'do: cut, target: n0->n2', 'do: pause, target: n0']
  const faults = rows(...HOLDING.map((row, at) => `at: ${at + 1}s, ${row}`))

  test('ends every fault that still holds, before the cool-down', () => {
    const { done, run } = played(loaded(`cooldown: 3s\n${faults}`))
    expect(done.slice(3)).toEqual(['20000 restart n1', '20000 heal n0->n2', '20000 resume n0'])
    expect(run.ended).toBeGreaterThanOrEqual(seconds(23))
  })

  test('waits for the script, when that is longer than the duration', () => {
    const { done } = played(loaded(`cooldown: 1s\n${faults}steps: [{ wait: 30s }]\n`))
    expect(done.slice(3)).toEqual(['30000 restart n1', '30000 heal n0->n2', '30000 resume n0'])
  })

  test('is as the script leaves it, when there is nothing but the script', () => {
    expect(played(script('kill: n1', 'wait: 1s')).done).toEqual(['0 kill n1'])
    expect(played(`${script('kill: n1', 'wait: 1s')}cooldown: 1s\n`).done).toEqual(['0 kill n1', '1000 restart n1'])
  })

  test('leaves a record of how every node rests, if there is a cool-down', () => {
    const { records, run } = played(loaded(`cooldown: 3s\n${faults}`))
    const rests = records.filter(({ kind }) => kind === 'rest')
    const at = run.ended
    expect(rests).toMatchObject([
      { node: 'n0', running: true, role: 'active', term: 1, received: 9, applied: 9, chain: 7, unended: 0, t: at },
      { node: 'n1', running: true, t: at },
      { node: 'n2', running: true, t: at },
    ])
    expect(played(loaded(faults)).records.some(({ kind }) => kind === 'rest')).toBe(false)
  })

  test('does not wait for ever for clients that nobody answers, and says how many they are', () => {
    const flow = 'flow: [{ put: secret/data/a, body: {} }]'
    const text = `question: q\nduration: 2s\ncooldown: 1s\nclients: [{ name: c, sessions: 3, arrival: once, mitigation: go-bare, ${flow} }]\n`
    const { records, run } = played(text, { answer: () => null })
    expect(run.ended).toBe(seconds(123))
    expect(records.filter((each) => each.kind === 'rest').map(({ unended }) => unended)).toEqual([3, 3])
  })
})

describe('a row that repeats', () => {
  const STORM = rows(
    'every: 1s, from: 2s, until: 15s, for: { min: 200ms, max: 2s }, do: [kill, cut, step-down, pause], target: random',
  )

  test('does the same again with the same seed, and something else with another', () => {
    const once = played(loaded(STORM), { seed: 5 })
    expect(played(loaded(STORM), { seed: 5 }).done).toEqual(once.done)
    expect(played(loaded(STORM), { seed: 6 }).done).not.toEqual(once.done)
  })

  test('keeps to its times, does one thing at a time, and ends what it began', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { faults } = played(loaded(STORM), { seed })
      const begun = faults.filter(({ fault }) => !['restart', 'heal', 'resume'].includes(fault.kind))
      expect(begun[0]?.t).toBeGreaterThanOrEqual(milliseconds(2_500))
      expect(begun.at(-1)?.t).toBeLessThan(seconds(15))
      const holding = new Set<string>()
      for (const { fault } of faults) {
        const what = 'node' in fault ? fault.node : 'link' in fault ? fault.link : ''
        if (['restart', 'heal', 'resume'].includes(fault.kind)) holding.delete(what)
        else {
          expect(holding.size).toBe(0)
          if (fault.kind !== 'step-down') holding.add(what)
        }
      }
      expect(holding.size).toBe(0)
      const gaps = begun.slice(1).map(({ t }, at) => t - (begun[at]?.t ?? Number.NaN))
      for (const gap of gaps) {
        expect(gap).toBeGreaterThanOrEqual(milliseconds(499))
        expect(gap).toBeLessThanOrEqual(seconds(2) + 2)
      }
    }
  })

  test('comes to each of its words', () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= 10; seed++)
      for (const { fault } of played(loaded(STORM), { seed }).faults) kinds.add(fault.kind)
    expect([...kinds].toSorted()).toEqual(['cut', 'heal', 'kill', 'pause', 'restart', 'resume', 'step-down'])
  })

  const FIVE = (minority: boolean): string =>
    loaded(
      rows(...[1, 2, 3].map(() => `every: 500ms, for: 3s, do: [kill, pause], target: random, minority: ${minority}`)),
      4,
    )
  const mostDown = ({ faults }: Recording): number => {
    const down = new Set<string>()
    return Math.max(
      ...faults.map(({ fault }) => {
        if (fault.kind === 'kill' || fault.kind === 'pause') down.add(fault.node)
        if (fault.kind === 'restart' || fault.kind === 'resume') down.delete(fault.node)
        return down.size
      }),
    )
  }

  test('never takes more than a minority of the nodes down, with all rows together, unless it may', () => {
    for (let seed = 1; seed <= 10; seed++) expect(mostDown(played(FIVE(true), { seed }))).toBeLessThanOrEqual(2)
    expect(Math.max(...[1, 2, 3, 4, 5].map((seed) => mostDown(played(FIVE(false), { seed }))))).toBeGreaterThan(2)
    const { done, run } = played(loaded(rows('every: 1s, for: 1s, do: kill, target: random'), 1))
    expect(done).toEqual([])
    expect(run.measurements.counts().faults_left_out).toBeGreaterThan(5)
  })
})
