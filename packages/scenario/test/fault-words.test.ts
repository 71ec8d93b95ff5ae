/** Every word of a fault, in good files and in bad ones: as rows of `faults:`, as steps, and in rows that repeat. */

import { micros, milliseconds, seconds } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { goodScenario, LEAST, problemLines } from './read-good-file.ts'

const THREE = `${LEAST}duration: 1m\ntopology: { standbys: 2 }\n`
const rowsOf = (...rows: readonly string[]): unknown => goodScenario(`${THREE}faults:\n${lines(rows)}`).faults
const stepsOf = (...steps: readonly string[]): unknown =>
  goodScenario(`question: q\ntopology: { standbys: 2 }\nsteps:\n${lines(steps)}`).steps
const lines = (rows: readonly string[]): string => rows.map((row) => `  - ${row}\n`).join('')
const link = (from: string, to: string): object => ({ from, to })

describe('a row of faults', () => {
  test.each<[row: string, fault: object, lasting?: number]>([
    ['do: lag, target: n0->n1, lag: raft', { kind: 'lag', link: link('n0', 'n1'), lag: { kind: 'raft' } }],
    ['do: lag, target: n0->n1, add: 1s', { kind: 'add-lag', link: link('n0', 'n1'), add: seconds(1) }],
    [
      'do: spike, target: active->n1, add: 1s, for: 2s',
      { kind: 'add-lag', link: link('active', 'n1'), add: seconds(1) },
      seconds(2),
    ],
    ['do: hold, target: n0->n1, for: 1s', { kind: 'hold', link: link('n0', 'n1') }, seconds(1)],
    ['do: release, target: n0->n1', { kind: 'release', link: link('n0', 'n1') }],
    ['do: cut, target: n1->n2', { kind: 'cut', link: link('n1', 'n2'), oneWay: false }],
    ['do: cut, target: random, one_way: true', { kind: 'cut', link: link('random', 'random'), oneWay: true }],
    ['do: heal, target: standby->random', { kind: 'heal', link: link('standby', 'random') }],
    ['do: pause, target: active, for: 1s', { kind: 'pause', node: 'active' }, seconds(1)],
    ['do: resume, target: n2', { kind: 'resume', node: 'n2' }],
    ['do: kill, target: random', { kind: 'kill', node: 'random', loses: 'unflushed' }],
    ['do: kill, target: n0, loses: nothing, for: 3s', { kind: 'kill', node: 'n0', loses: 'nothing' }, seconds(3)],
    ['do: restart, target: random-standby', { kind: 'restart', node: 'random-standby' }],
    [
      'do: forwarding, target: n1, delay: 200ms',
      { kind: 'forwarding', node: 'n1', delay: milliseconds(200), fails: false },
    ],
    [
      'do: forwarding, target: standby, fails: true, for: 1s',
      { kind: 'forwarding', node: 'standby', delay: 0, fails: true },
      seconds(1),
    ],
    ['do: slow-disk, target: n1, by: 20ms', { kind: 'slow-disk', node: 'n1', by: milliseconds(20) }],
    ['do: slow-apply, target: n1, by: 0s', { kind: 'slow-apply', node: 'n1', by: 0 }],
    ['do: clock-skew, target: n1, by: -5s', { kind: 'clock-skew', node: 'n1', by: seconds(-5) }],
    ['do: shipper-buffer, target: active, entries: 10', { kind: 'shipper-buffer', node: 'active', entries: 10 }],
    ['do: shipper-buffer, target: active', { kind: 'shipper-buffer', node: 'active', entries: null }],
    ['do: step-down', { kind: 'step-down', node: 'active' }],
    ['do: step-down, target: n1', { kind: 'step-down', node: 'n1' }],
    ['do: promote', { kind: 'promote' }],
    ['do: backup', { kind: 'backup' }],
    ['do: restore', { kind: 'restore' }],
  ])('{ at: 5s, %s }', (row, fault, lasting) => {
    expect(rowsOf(`{ at: 5s, ${row} }`)).toEqual([{ kind: 'once', at: seconds(5), fault, for: lasting ?? null }])
  })

  test('repeats, and knows what each draw may be', () => {
    expect(
      rowsOf(
        '{ every: 3s, from: 2s, until: 40s, for: 1s, do: [kill, cut, step-down], target: random }',
        '{ every: 1s, for: { min: 1ms, max: 2s }, do: slow-disk, by: 5ms, target: standby, minority: false }',
        '{ every: 1s, do: [step-down, backup], target: active }',
      ),
    ).toEqual([
      {
        kind: 'repeated',
        every: seconds(3),
        from: seconds(2),
        until: seconds(40),
        for: { min: seconds(1), max: seconds(1) },
        minority: true,
        faults: [
          { kind: 'kill', node: 'random', loses: 'unflushed' },
          { kind: 'cut', link: link('random', 'random'), oneWay: false },
          { kind: 'step-down', node: 'random' },
        ],
      },
      {
        kind: 'repeated',
        every: seconds(1),
        from: 0,
        until: null,
        for: { min: milliseconds(1), max: seconds(2) },
        minority: false,
        faults: [{ kind: 'slow-disk', node: 'standby', by: milliseconds(5) }],
      },
      {
        kind: 'repeated',
        every: seconds(1),
        from: 0,
        until: null,
        for: null,
        minority: true,
        faults: [{ kind: 'step-down', node: 'active' }, { kind: 'backup' }],
      },
    ])
  })

  test.each<[row: string, message: string]>([
    ['{ at: 1s, do: slow_disk, target: n1, by: 1s }', '9:5 faults.0 has the do "slow_disk", which is none of'],
    ['{ at: 1s, do: kil, target: n0 }', '(did you mean "kill"?)'],
    ['{ at: 1s, do: kill }', '9:5 faults.0.target is missing'],
    ['{ at: 1s, do: promote, target: n0 }', '9:28 faults.0.target is no known key: known here are at, do'],
    ['{ at: 1s, do: promote, for: 1s }', '9:28 faults.0.for is no known key'],
    ['{ at: 1s, do: resume, target: n0, for: 1s }', '9:39 faults.0.for is no known key: known here are at, do, target'],
    ['{ at: 1s, do: spike, target: n0->n1, add: 1s }', '9:5 faults.0.for is missing'],
    ['{ at: 1s, do: spike, target: n0->n1, for: 1s }', '9:5 faults.0 needs `add`: what is added to the lag'],
    ['{ at: 1s, do: forwarding, target: n1 }', '9:5 faults.0 needs `delay`, `fails: true`, or both'],
    ['{ at: 1s, do: slow-disk, target: n1 }', '9:5 faults.0 needs `by`, such as 20ms'],
    ['{ at: 1s, do: slow-disk, target: n1, by: -5ms }', '9:46 faults.0.by must not be negative, as -5ms is'],
    ['{ at: 1s, do: clock-skew, target: n1, by: 5 }', '9:47 faults.0.by must have a unit: write "5s" or "5ms"'],
    [
      '{ at: 1s, do: clock-skew, target: n1, by: soon }',
      'faults.0.by must be a duration such as 5s or -5s, not "soon"',
    ],
    ['{ at: 1s, do: clock-skew, target: n1, by: 9000h }', 'faults.0.by must be at most 8760h'],
    [
      '{ at: 1s, do: kill, target: n0, loses: all }',
      'faults.0.loses must be one of unflushed, nothing, not the text "all"',
    ],
    ['{ at: 1s, do: shipper-buffer, target: n0, entries: 0 }', 'faults.0.entries must be at least 1, not 0'],
    [
      '{ at: 1s, do: kill, target: activ }',
      '9:33 faults.0.target must be a node such as n0, or one of active, standby, random, random-standby, not "activ" (did you mean "active"?)',
    ],
    [
      '{ at: 1s, do: kill, target: n9 }',
      '9:33 faults.0.target is "n9", but this cluster has n0 to n2 (`topology.standbys` is 2)',
    ],
    ['{ at: 1s, do: kill, target: n0->n1 }', '9:33 faults.0.target is "n0->n1", but this cluster has n0 to n2'],
    [
      '{ at: 1s, do: cut, target: n1 }',
      'faults.0.target must be a link such as n0->n1 or active->n1, or random, not "n1" (did you mean "active->n1"?)',
    ],
    ['{ at: 1s, do: cut, target: n0->activ }', '(did you mean "n0->active"?)'],
    ['{ at: 1s, do: cut, target: n0->n7 }', 'faults.0.target names n7, but this cluster has n0 to n2'],
    ['{ at: 1s, do: cut, target: n1->n1 }', 'faults.0.target joins a node with itself: name two'],
    ['{ at: 1s, do: cut, target: active->active }', 'faults.0.target joins a node with itself: name two'],
    [
      '{ at: 1s, do: [cut, kill], target: random }',
      '9:5 faults.0 has a list in `do`: it needs `every`, how often one of them happens',
    ],
    ['{ every: 1s, do: [cut, kil], for: 1s }', '9:28 faults.0.do.1 must be one of lag, spike, hold, cut'],
    ['{ every: 1s, do: [heal], for: 1s }', '9:23 faults.0.do.0 must be one of lag, spike, hold, cut'],
    ['{ every: 1s, do: [] }', 'faults.0.do must not be empty'],
    ['{ every: 1s, do: [step-down, kill] }', '9:5 faults.0 needs `for`: how long each kill lasts'],
    ['{ every: 1us, do: promote }', '9:14 faults.0.every must be at least 1ms'],
    [
      '{ every: 1s, from: 5s, until: 5s, do: promote }',
      '9:35 faults.0.until is not after `from`: no fault could begin',
    ],
    ['{ every: 1s, do: kill, for: { min: 2s, max: 1s } }', '9:33 faults.0.for has a min above its max: exchange them'],
    ['{ every: 1s, do: kill, for: 1s, by: 1s }', '9:41 faults.0.by goes with none of kill'],
    ['{ every: 1s, do: [kill, slow-disk], for: 1s }', '9:5 faults.0 needs `by`, such as 20ms'],
    [
      '{ every: 1s, do: [kill, cut], for: 1s, target: active }',
      '9:52 faults.0.target must be a link such as n0->n1 or active->n1, or random, not "active": cut is done to a link',
    ],
    ['{ every: 1s, from: 60s, do: promote }', '9:24 faults.0.from is 1m, when the run is over'],
  ])('%s is refused', (row, message) => {
    const [line, ...others] = problemLines(`${THREE}faults:\n  - ${row}\n`)
    expect(line).toContain(message)
    expect(others).toEqual([])
  })

  test('a lag that nothing can be added to is refused, wherever the fault may come to it', () => {
    const file = (target: string): string =>
      `${THREE}lag: { default: 1ms, links: { n0->n2: raft } }\nfaults: [{ at: 1s, do: lag, add: 1s, target: ${target} }]\n`
    expect(problemLines(file('n0->n1'))).toEqual([])
    for (const target of ['n0->n2', 'n1->n2', 'active->standby', 'random']) {
      expect(problemLines(file(target))).toEqual([
        'f.yaml:9:34 faults.0.add cannot add 1s to a lag that is raft: write the whole new lag as `lag`',
      ])
    }
  })

  test('no fault begins in the cool-down', () => {
    expect(problemLines(`${LEAST}duration: 5s\ncooldown: 2s\nfaults: [{ at: 6s, do: promote }]\n`)).toEqual([
      'f.yaml:8:16 faults.0.at is 6s, when the run cools down: faults end at `duration`',
    ])
  })
})

describe('a step', () => {
  test.each<[step: string, fault: object, lasting?: number]>([
    ['spike: n0->n1, add: 1s, for: 2s', { kind: 'add-lag', link: link('n0', 'n1'), add: seconds(1) }, seconds(2)],
    ['lag: raft, link: active->n2', { kind: 'lag', link: link('active', 'n2'), lag: { kind: 'raft' } }],
    ['add: 1s, lag: 2s, link: n0->n1', { refused: true }],
    ['cut: n0->n1, one_way: true', { kind: 'cut', link: link('n0', 'n1'), oneWay: true }],
    ['hold: n0->n1, for: 1s', { kind: 'hold', link: link('n0', 'n1') }, seconds(1)],
    ['kill: n0', { kind: 'kill', node: 'n0', loses: 'unflushed' }],
    ['kill: active, loses: nothing, for: 3s', { kind: 'kill', node: 'active', loses: 'nothing' }, seconds(3)],
    ['restart: n0', { kind: 'restart', node: 'n0' }],
    ['pause: n1', { kind: 'pause', node: 'n1' }],
    ['resume: n1', { kind: 'resume', node: 'n1' }],
    ['forwarding: { node: n1, fails: true }', { kind: 'forwarding', node: 'n1', delay: 0, fails: true }],
    ['slow_disk: { node: n1, by: 20ms }, for: 1s', { kind: 'slow-disk', node: 'n1', by: milliseconds(20) }, seconds(1)],
    ['slow_apply: { node: standby, by: 1s }', { kind: 'slow-apply', node: 'standby', by: seconds(1) }],
    ['clock_skew: { node: n1, by: -1us }', { kind: 'clock-skew', node: 'n1', by: micros(-1) }],
    ['shipper_buffer: { node: n0, entries: 2 }', { kind: 'shipper-buffer', node: 'n0', entries: 2 }],
    ['step_down: active', { kind: 'step-down', node: 'active' }],
    ['promote: true', { kind: 'promote' }],
    ['backup: true', { kind: 'backup' }],
    ['restore: true', { kind: 'restore' }],
  ])('{ %s }', (step, fault, lasting) => {
    if ('refused' in fault) return expect(() => stepsOf(`{ ${step} }`)).toThrow('needs `lag` (the new lag) or `add`')
    expect(stepsOf(`{ ${step}, note: why }`)).toEqual([{ kind: 'inflict', fault, for: lasting ?? null, note: 'why' }])
  })

  test('goes to who leads, and waits for one', () => {
    expect(
      stepsOf(
        '{ get: sys/health, node: active }',
        '{ get: sys/health, node: standby }',
        '{ wait_until: leader }',
        '{ wait_until: leader, node: n1 }',
        '{ wait_until: applied, node: standby }',
      ),
    ).toMatchObject([
      { node: 'active' },
      { node: 'standby' },
      { kind: 'wait-until-leader', node: null },
      { kind: 'wait-until-leader', node: 'n1' },
      { kind: 'wait-until-applied', node: 'standby' },
    ])
  })

  test.each<[step: string, message: string]>([
    ['{ promote: n0 }', '4:16 steps.0.promote must be true, not the text "n0"'],
    ['{ kill: activ }', '(did you mean "active"?)'],
    ['{ kil: n0 }', '4:5 steps.0 needs one of'],
    ['{ slow-disk: { node: n1, by: 1s } }', '(did you mean "slow_disk"?)'],
    ['{ slow_disk: { node: n1 } }', '4:18 steps.0.slow_disk needs `by`, such as 20ms'],
    ['{ slow_disk: { by: 1s } }', '4:18 steps.0.slow_disk.node is missing'],
    ['{ slow_disk: { node: n1, by: -1s } }', '4:34 steps.0.slow_disk.by must not be negative, as -1s is'],
    ['{ kill: n0, one_way: true }', '4:17 steps.0.one_way is no known key: known here are kill, loses, for, note'],
    [
      '{ get: sys/health, node: leader }',
      '4:30 steps.0.node must be a node such as n0, or one of active, standby, not "leader"',
    ],
    [
      '{ get: sys/health, node: random }',
      '4:30 steps.0.node must be a node such as n0, or one of active, standby, not "random"',
    ],
    ['{ wait_until: leader, node: active }', '4:33 steps.0.node is "active", but this cluster has n0 to n2'],
  ])('%s is refused', (step, message) => {
    const [line, ...others] = problemLines(`question: q\ntopology: { standbys: 2 }\nsteps:\n  - ${step}\n`)
    expect(line).toContain(message)
    expect(others).toEqual([])
  })
})
