/**
 * A node's memory is its log replayed, at every moment, whatever fails around it; and a checkpoint of an earlier moment with the entries
 * after it is the state of a later one, in its whole content. `packages/live/test/plans-on-disk.test.ts` says the same of what LMDB keeps.
 */

import type { WalEntry } from '@fourtwelve/protocol'
import { committedState, recoverNode, type NodeState } from '@fourtwelve/vault-node'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createKnownLogs, stateDifference, type KnownLogs, type Prefix } from './model/known-logs.ts'
import { lookOn, type Onlooker } from './model/tap.ts'
import type { Plan } from './plan.ts'
import { play } from './play-plan.ts'
import { troubledPlans } from './random-plans.ts'
import { PROPERTY_TIMEOUT, timeLimit } from './time-limit.ts'

vi.mock(import('@fourtwelve/vault-node'), async (real) => (await import('./model/tap.ts')).tapped(await real()))

type Checkpoint = ReturnType<typeof committedState>

/** The entries between two prefixes of one log; null when the one is no part of the other, as after a promotion. */
function entriesBetween(early: Prefix, late: Prefix): readonly WalEntry[] | null {
  const entries: WalEntry[] = []
  for (let at: Prefix | null = late; at !== null && at !== early; at = at.before) {
    if (at.index <= early.index) return null
    if (at.entry !== null) entries.push(at.entry)
  }
  return entries.toReversed()
}

/** Plays a plan and looks at a node after every so many turns of all of them. Answers how many checkpoints were replayed. */
function lookOften(plan: Plan, every: number): number {
  const logs = createKnownLogs()
  const checkpoints: Checkpoint[] = []
  let turns = 0
  let replayed = 0
  const onlooker: Onlooker = {
    joined: logs.begun,
    stepped(node, _event, now, crypto, run) {
      const effects = run()
      logs.turned(node.id, effects)
      if (++turns % every > 0) return effects
      expect(stateDifference(node.store.entries(), logs.stateOf(logs.at(node.log.chain)))).toBeNull()
      const here = committedState(node)
      for (const checkpoint of checkpoints) {
        const entries = entriesBetween(logs.at(checkpoint.chain), logs.at(here.chain))
        if (entries === null) continue
        const recovered = { ...checkpoint, entries, committed: here.index, ballot: null }
        expectSame(recoverNode({ ...node, electionSeed: 1 }, recovered, now, crypto), here, logs)
        replayed += 1
      }
      checkpoints.push(here)
      if (checkpoints.length > CHECKPOINTS_KEPT) checkpoints.splice(turns % checkpoints.length, 1)
      return effects
    },
  }
  lookOn(onlooker)
  try {
    play(plan, { untilAnswered: true, watch: logs.heard })
  } finally {
    lookOn(null)
  }
  return replayed
}

/** Of all nodes together: a checkpoint of one must do for any other. */
const CHECKPOINTS_KEPT = 5

function expectSame(back: NodeState, here: Checkpoint, logs: KnownLogs): void {
  const { log, store } = back
  expect([log.applied, log.chain, log.head, log.shipped]).toEqual([here.index, here.chain, here.index, here.index])
  expect(committedState(back)).toMatchObject({ index: here.index, term: here.term, chain: here.chain })
  expect(stateDifference(store.entries(), new Map(here.values))).toBeNull()
  expect(stateDifference(store.entries(), logs.stateOf(logs.at(here.chain)))).toBeNull()
  // What is derived from the store, and kept beside it: the index of folders.
  expect(store.list('core/mounts/')).toEqual([...new Set(namesIn(here, 'core/mounts/'))].sort())
}

const namesIn = ({ values }: Checkpoint, folder: string): readonly string[] =>
  values.filter(([key]) => key.startsWith(folder)).map(([key]) => key.slice(folder.length))

test(
  'memory is the log replayed, and a checkpoint with the entries after it is a later memory',
  () => {
    let replayed = 0
    fc.assert(
      fc.property(troubledPlans, fc.integer({ min: 7, max: 60 }), (plan, every) => {
        replayed += lookOften(plan, every)
      }),
      { numRuns: 80, ...timeLimit(4_000) },
    )
    if (process.env['FOURTWELVE_PROPERTY'] === undefined) expect(replayed).toBeGreaterThan(0)
  },
  PROPERTY_TIMEOUT,
)

test('it is noticed when the memory of a node has something that its log has not', () => {
  const spoil: Plan = { seed: 1, standbys: 1, acts: [{ at: 5, node: 0, what: 'write', token: 0 }] }
  const logs = createKnownLogs()
  const differences: (string | null)[] = []
  lookOn({
    joined: logs.begun,
    stepped(node, _event, _now, _crypto, run) {
      const effects = run()
      logs.turned(node.id, effects)
      if (effects.some(({ kind }) => kind === 'append'))
        node.store.applyChange({ scope: 'local', namespace: '', key: 'never/written', value: {} })
      differences.push(stateDifference(node.store.entries(), logs.stateOf(logs.at(node.log.chain))))
      return effects
    },
  })
  try {
    play(spoil, { untilAnswered: true, watch: logs.heard })
  } finally {
    lookOn(null)
  }
  expect(differences).toContain('never/written is {} and undefined')
})
