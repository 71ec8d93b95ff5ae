/**
 * Nodes of random plans with the disk of the live runtime: its log writer, its rows and checkpoints, LMDB. Cut off between any two writes,
 * a disk gives back a prefix of the log in its whole content: the checkpoint with the entries after it is what memory was there.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { micros, milliseconds, mixNumber, vaultRequest, walIndex, type VaultRequest } from '@fourtwelve/protocol'
import { createEntropy, createSimulation, createStandInCrypto } from '@fourtwelve/simulation'
import { appliedPlace, knownCommitted, recoverNode, type Effect, type NodeState } from '@fourtwelve/vault-node'
import * as fc from 'fast-check'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { createKnownLogs, stateDifference, type KnownLogs } from '../../simulation/test/model/known-logs.ts'
import { lookOn } from '../../simulation/test/model/tap.ts'
import { configOf, constant, GIVEN, lagOf, type Plan } from '../../simulation/test/plan.ts'
import { playActs } from '../../simulation/test/plan-acts.ts'
import { plans, troubledPlans } from '../../simulation/test/random-plans.ts'
import { createLogWriter, type LogWriter } from '../dist/log-writer.js'
import { packRow } from '../dist/rows.js'
import { createJournaledDisk, type JournaledDisk } from './journaled-disk.ts'

vi.mock(import('@fourtwelve/vault-node'), async (real) =>
  (await import('../../simulation/test/model/tap.ts')).tapped(await real()),
)

const root = mkdtempSync(join(tmpdir(), 'fourtwelve-plans-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => lookOn(null))
let folders = 0

/** One life of a node, and its disk. */
interface Life {
  readonly state: NodeState
  readonly disk: JournaledDisk
  readonly log: LogWriter
  isTurnEnding: boolean
}

/** More keys than one slice of a checkpoint holds, so that entries come between two slices. */
const SECRETS = 260
const SECRETS_GIVEN: readonly VaultRequest[] = Array.from({ length: SECRETS }, (_, n) =>
  vaultRequest('POST', `secret/data/given/${n}`, { body: { kind: 'json', value: { data: { n } } } }),
)

const crypto = createStandInCrypto('disks', createEntropy(1).stream('disks'))

function begin(state: NodeState, checkpointEvery: number): Life {
  const disk = createJournaledDisk()
  const { log } = state
  void disk.storage.install(appliedPlace(log), state.store.entries())
  const held = log.entries.slice(log.forgotten).filter(({ index }) => index > log.applied)
  if (held.length > 0) disk.storage.append(packRow(held))
  disk.storage.noteCommitted(knownCommitted(log))
  return {
    state,
    disk,
    log: createLogWriter(state, disk.storage, checkpointEvery, () => undefined),
    isTurnEnding: false,
  }
}

/** As `live-node.ts` performs them. */
function perform(life: Life, effect: Effect): void {
  const { log, disk, state } = life
  switch (effect.kind) {
    case 'append':
      log.append(effect.entries)
      if (life.isTurnEnding) return
      life.isTurnEnding = true
      setImmediate(() => {
        life.isTurnEnding = false
        log.endTurn()
      })
      return
    case 'truncate':
      return log.truncate(effect.after)
    case 'install':
      return log.install(effect.snapshot)
    case 'ballot':
      return disk.storage.noteBallot(effect.ballot)
    case 'resign':
      return log.checkpoints.giveUp()
    case 'committed':
    case 'commit-known':
      log.checkpoints.committed()
      // The live node writes it down once a second; here now and then.
      if (effect.through % 5 === 0) disk.storage.noteCommitted(knownCommitted(state.log))
      return
    default:
  }
}

/** Virtual time between two turns of the event loop, in which disks get on with what they do. */
const TURN = milliseconds(2)
/** Turns of one plan. */
const TURNS_MAX = 5_000

async function playOnDisks(
  plan: Plan,
  every: number,
): Promise<{ readonly lives: readonly Life[]; readonly logs: KnownLogs }> {
  const logs = createKnownLogs()
  const lives = new Map<NodeState, Life>()
  lookOn({
    joined: logs.begun,
    stepped(node, _event, _now, _crypto, run) {
      const life = lives.get(node) ?? begin(node, every)
      lives.set(node, life)
      const effects = run()
      logs.turned(node.id, effects)
      for (const effect of effects) perform(life, effect)
      return effects
    },
  })
  const simulation = createSimulation({
    scenario: 'disks',
    seed: plan.seed,
    standbys: plan.standbys,
    config: configOf(plan),
    lag: { default: plan.lag ?? lagOf(20), links: {} },
    network: { client: constant(0), delivery: plan.delivery ?? constant(200), forward: plan.forward ?? constant(500) },
    flush: plan.flush ?? constant(100),
    cost: { read: micros(0), write: micros(0), login: micros(0) },
    given: [...GIVEN, ...SECRETS_GIVEN],
    rootToken: null,
    crypto: (random) => createStandInCrypto('disks', random),
    observe: logs.heard,
  })
  const acts = playActs(plan, simulation)
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    if (simulation.now() > acts.last && acts.answers.size === acts.sent()) break
    simulation.run(micros(simulation.now() + TURN), () => false)
    await new Promise((goOn) => setImmediate(goOn))
  }
  lookOn(null)
  await new Promise((goOn) => setImmediate(goOn))
  for (const { log } of lives.values()) log.checkpoints.stop()
  return { lives: [...lives.values()], logs }
}

/** What comes back from a disk after so many writes is a prefix of the node's log, and the whole of it. */
async function comeBack({ state, disk }: Life, writes: number, logs: KnownLogs): Promise<void> {
  const folder = join(root, String(++folders))
  const loaded = await disk.crashed(folder, writes)
  rmSync(folder, { recursive: true })
  if (loaded === null) throw new Error(`after ${writes} writes there is no checkpoint`)
  const there = disk.after(writes)
  const { id, cluster, clusterName, nodes, config } = state
  const options = { id, cluster, clusterName, nodes, config, term: loaded.term, electionSeed: 1 }
  const back = recoverNode(options, { ...loaded, values: loaded.pairs }, micros(0), crypto)
  expect(back.log.head).toBe(there.head)
  expect(back.log.applied).toBeGreaterThanOrEqual(Math.min(there.committed, there.head))
  const shown = logs.at(back.log.chain)
  expect(shown.index).toBe(back.log.applied)
  expect(stateDifference(back.store.entries(), logs.stateOf(shown))).toBeNull()
  // The rest of the log is one that there was, too.
  const rest = loaded.entries.filter(({ index }) => index > back.log.applied)
  const end = rest.reduce((chain, { digest }) => mixNumber(chain, digest), back.log.chain)
  expect(logs.at(end).index).toBe(back.log.head)
}

test('a disk that is cut off between any two writes gives back what memory was at an index, and nothing else', async () => {
  let checkpoints = 0
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(plans, troubledPlans),
      fc.integer({ min: 4, max: 40 }),
      fc.array(fc.nat(), { minLength: 2, maxLength: 2 }),
      async (plan, every, cuts) => {
        const { lives, logs } = await playOnDisks(plan, every)
        for (const cut of cuts) {
          const life = lives[cut % lives.length]
          if (life === undefined) continue
          // The first write is the disk that a node begins with.
          await comeBack(life, 1 + (cut % life.disk.writes()), logs)
        }
        for (const life of lives.slice(-1)) {
          const { state, disk } = life
          await comeBack(life, disk.writes(), logs)
          expect(stateDifference(state.store.entries(), logs.stateOf(logs.at(state.log.chain)))).toBeNull()
          checkpoints += disk.checkpoints()
        }
      },
    ),
    { numRuns: 25, interruptAfterTimeLimit: 6_000, markInterruptAsFailure: false },
  )
  if (process.env['FOURTWELVE_PROPERTY'] === undefined) expect(checkpoints).toBeGreaterThan(0)
}, 60_000)

test('it would be noticed: a disk that misses one write gives back something else', async () => {
  const plan: Plan = {
    seed: 1,
    standbys: 1,
    acts: Array.from({ length: 30 }, (_, n) => ({ at: n * 5, node: 0, what: 'write elsewhere', token: 0 }) as const),
  }
  const { lives, logs } = await playOnDisks(plan, 1_000)
  const [life] = lives
  if (life === undefined) throw new Error('a cluster has a node')
  const { disk, state } = life
  const broken: JournaledDisk = {
    ...disk,
    async crashed(folder, writes) {
      const whole = await disk.crashed(folder, writes)
      if (whole === null) return null
      // The value of one entry is another's.
      const [first, second, ...rest] = whole.entries
      if (first === undefined || second === undefined) throw new Error('there are entries behind the checkpoint')
      return {
        ...whole,
        committed: walIndex(state.log.head),
        entries: [{ ...first, changes: second.changes }, second, ...rest],
      }
    },
  }
  await expect(comeBack({ ...life, disk: broken }, disk.writes(), logs)).rejects.toThrow()
})
