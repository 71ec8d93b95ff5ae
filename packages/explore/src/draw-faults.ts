/**
 * Draws faults, as steps of a script and as rows beside a load.
 * Always holds: what a step does to a node can be done to it in the file's topology; every lasting fault of a row ends by itself.
 */

import type { Dice } from './dice.ts'
import { drawLag } from './draw-cluster.ts'
import type { FileRow } from './scenario-file.ts'

/** What may go wrong in this seed; the others stay out of it (swarm). */
export type FaultChoice = 'lag' | 'hold' | 'cut' | 'kill' | 'pause' | 'lead' | 'log' | 'clock' | 'slow' | 'forward'

const CHOICES: readonly FaultChoice[] = [
  'lag',
  'hold',
  'cut',
  'kill',
  'pause',
  'lead',
  'log',
  'clock',
  'slow',
  'forward',
]

/** Chosen more seldom than others, or more often: most that can go wrong goes wrong when the leader changes. */
const SHARES: Readonly<Partial<Record<FaultChoice, number>>> = { clock: 1 / 3, log: 2 / 3, slow: 2 / 3, lead: 3 / 2 }

/** The kinds of faults of one seed: none at all in a third of them. */
export function drawFaultChoices(dice: Dice): readonly FaultChoice[] {
  if (dice.happens(0.34)) return []
  const share = dice.pick([0.2, 0.4, 0.7])
  const chosen = CHOICES.filter((choice) => dice.happens(share * (SHARES[choice] ?? 1)))
  return chosen.length === 0 ? [dice.pick(CHOICES)] : chosen
}

const SHORT_TIMES = ['50ms', '300ms', '1s', '3s'] as const
const standby = (dice: Dice, standbys: number): string => `n${dice.between(1, standbys)}`
const anyNode = (dice: Dice, standbys: number): string =>
  dice.happens(0.5) ? 'active' : `n${dice.between(0, standbys)}`
const link = (dice: Dice, standbys: number): string => `n0->${standby(dice, standbys)}`
const perhapsFor = (dice: Dice, probability: number): FileRow =>
  dice.happens(probability) ? { for: dice.pick(SHORT_TIMES) } : {}

/** One fault as the steps that it takes: some need a moment in which somebody leads again. */
export function drawFaultSteps(dice: Dice, choice: FaultChoice, standbys: number): readonly FileRow[] {
  switch (choice) {
    case 'lag':
      return [{ lag: drawLag(dice), link: link(dice, standbys), ...perhapsFor(dice, 0.5) }]
    case 'hold': {
      if (dice.happens(0.5)) return heldReturn(dice, standbys)
      const held = link(dice, standbys)
      return dice.happens(0.6) ? [{ hold: held, for: dice.pick(SHORT_TIMES) }] : [{ release: held }]
    }
    case 'cut':
      if (standbys > 1 && dice.happens(0.5)) return partition(dice, standbys)
      return [
        {
          cut: dice.happens(0.7) ? link(dice, standbys) : 'active->standby',
          for: dice.pick(SHORT_TIMES),
          ...(dice.happens(0.3) ? { one_way: true } : {}),
        },
        ...(dice.happens(0.5) ? [{ wait_until: 'leader' }] : []),
      ]
    case 'kill':
      return dice.weighted<readonly FileRow[]>([
        [powerFailure(standbys), 2],
        [heldReturn(dice, standbys), 2],
        [[{ restart: anyNode(dice, standbys) }, { wait_until: 'leader' }], 2],
        [
          [
            {
              kill: anyNode(dice, standbys),
              for: dice.pick(SHORT_TIMES),
              ...(dice.happens(0.3) ? { loses: 'nothing' } : {}),
            },
            { wait_until: 'leader' },
          ],
          4,
        ],
      ])
    case 'pause':
      return [{ pause: anyNode(dice, standbys), for: dice.pick(SHORT_TIMES) }, { wait_until: 'leader' }]
    case 'lead':
      return dice.weighted<readonly FileRow[]>([
        [[{ step_down: 'active' }, { wait_until: 'leader' }], 2],
        [failover(dice), 3],
        [powerFailure(standbys), 3],
      ])
    case 'log':
      return dice.weighted<readonly FileRow[]>([
        [[{ promote: true }, { wait_until: 'leader' }], 1],
        [promotion(dice, standbys), 3],
        [[{ backup: true }], 1],
        [[{ backup: true }, { wait: '20ms' }, { restore: true }, { wait_until: 'leader' }], 1],
      ])
    case 'clock':
      return [
        {
          clock_skew: { node: `n${dice.between(0, standbys)}`, by: dice.pick(['3s', '-3s']) },
          ...perhapsFor(dice, 0.5),
        },
      ]
    case 'slow':
      return dice.happens(0.5)
        ? [
            {
              slow_disk: { node: anyNode(dice, standbys), by: dice.pick(['20ms', '400ms']) },
              for: dice.pick(SHORT_TIMES),
            },
          ]
        : [{ slow_apply: { node: standby(dice, standbys), by: dice.pick(['20ms', '1s']) }, ...perhapsFor(dice, 0.5) }]
    case 'forward':
      return [
        {
          forwarding: {
            node: standby(dice, standbys),
            ...(dice.happens(0.5) ? { fails: true } : { delay: dice.pick(['30ms', '1s']) }),
          },
          for: dice.pick(SHORT_TIMES),
        },
      ]
  }
}

const standbysOf = (standbys: number): readonly string[] => Array.from({ length: standbys }, (_, at) => `n${at + 1}`)

/** The active node is alone on its side: who may write there, when the others have elected one of their own? */
function partition(dice: Dice, standbys: number): readonly FileRow[] {
  const value = dice.between(1, 99)
  return [
    ...standbysOf(standbys).map((away) => ({ cut: `n0->${away}`, for: '6s' })),
    { wait: dice.pick(['300ms', '1s', '4500ms']) },
    { put: 'secret/data/b', node: 'n0', body: { data: { v: value } } },
    { wait: '6s' },
    { wait_until: 'leader' },
    { get: 'secret/data/b', node: 'active' },
  ]
}

/** All nodes come back at once, and all want to become active. */
const powerFailure = (standbys: number): readonly FileRow[] => [
  ...['n0', ...standbysOf(standbys)].map((restart) => ({ restart })),
  { wait_until: 'leader' },
]

/** A standby misses a write that a majority has, and then the active node dies: who may follow it? */
function failover(dice: Dice): readonly FileRow[] {
  return [
    { cut: 'active->standby', for: dice.pick(['1s', '3s']) },
    { put: 'secret/data/b', node: 'active', body: { data: { v: dice.between(1, 99) } } },
    { kill: 'active', for: '3s' },
    { wait_until: 'leader' },
    { get: 'secret/data/b', node: 'active' },
  ]
}

/** A token of before a promotion, used after it: its index counts entries of a log that is gone. */
const promotion = (dice: Dice, standbys: number): readonly FileRow[] => [
  {
    post: 'auth/token/create',
    node: 'active',
    body: { policies: ['app', 'default'] },
    save: { before: 'auth.client_token' },
  },
  { promote: true },
  { wait_until: 'leader' },
  { get: 'auth/token/lookup-self', node: dice.happens(0.3) ? 'active' : standby(dice, standbys), token: 'before' },
]

/** A standby comes back, twice, while nothing new may be applied: it must show what it showed before. */
function heldReturn(dice: Dice, standbys: number): readonly FileRow[] {
  const back = standby(dice, standbys)
  return [
    { restart: back },
    { put: 'secret/data/c', node: 'active', body: { data: { v: dice.between(1, 99) } } },
    { wait_until: 'applied', node: back },
    { hold: `n0->${back}`, for: '1s' },
    { restart: back },
    { wait: dice.pick(['5ms', '50ms', '300ms']) },
    { get: 'secret/data/c', node: back },
  ]
}

/** The same as a row that happens over and over beside a load. Null for what only makes sense in a script. */
export function drawFaultRow(dice: Dice, choice: FaultChoice): FileRow | null {
  const often = {
    every: dice.pick(['300ms', '700ms', '1500ms']),
    for: { min: '50ms', max: dice.pick(['300ms', '1s']) },
  }
  const target = dice.happens(0.4) ? 'active' : 'random'
  switch (choice) {
    case 'lag':
      return { every: '700ms', for: { min: '100ms', max: '2s' }, do: 'lag', target: 'random', lag: drawLag(dice) }
    case 'hold':
      return { ...often, do: 'hold', target: 'random' }
    case 'cut':
      return { ...often, do: 'cut', target: 'random', ...(dice.happens(0.5) ? { one_way: true } : {}) }
    case 'kill':
      return { ...often, do: 'kill', target, ...(dice.happens(0.3) ? { loses: 'nothing' } : {}) }
    case 'pause':
      return { ...often, do: 'pause', target }
    case 'lead':
      return { every: '1s', do: 'step-down', target: 'active' }
    case 'log':
      return { at: dice.pick(['300ms', '800ms']), do: 'promote' }
    case 'clock':
      return { at: '200ms', for: '2s', do: 'clock-skew', target: 'random', by: dice.pick(['2s', '-2s']) }
    case 'slow':
      return {
        ...often,
        do: dice.pick(['slow-disk', 'slow-apply']),
        target: 'random',
        by: dice.pick(['20ms', '300ms']),
      }
    case 'forward':
      return { ...often, do: 'forwarding', target: 'random-standby', fails: true }
  }
}
