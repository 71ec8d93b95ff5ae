/**
 * A plan on a live cluster: threads, LMDB, clients over HTTP. The same plans are played in virtual time (packages/simulation/test).
 * Always holds: the history is whole and in the order of time, and ends with how every node is at rest; the cluster is stopped, also when
 * something went wrong. Delays of a plan's network, disk and service are left to the machine.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChecks, type LawVerdict } from '@fourtwelve/checker'
import type { Answer } from '@fourtwelve/cluster'
import { forwardingAllowed, HISTORY_VERSION, micros, type HistoryRecord, type Micros } from '@fourtwelve/protocol'
import { liveCluster } from '../../packages/fourtwelve/dist/live-contract.js'
import { playedCluster } from '../../packages/fourtwelve/dist/played-cluster.js'
import type { Serving } from '../../packages/fourtwelve/dist/serve-cluster.js'
import { configOf, GIVEN, lagOf, type Plan } from '../../packages/simulation/test/plan.ts'
import { playActs, type PlayedActs } from '../../packages/simulation/test/plan-acts.ts'
import { readDisks } from './read-disks.ts'

export interface PlayedLive {
  readonly verdicts: readonly LawVerdict[]
  readonly answers: ReadonlyMap<number, Answer>
  readonly sent: number
  /** Of each node, at rest. */
  readonly disks: ReturnType<typeof readDisks> extends Promise<infer D> ? D : never
}

/** Entries from one checkpoint to the next: plans are short, and their disks shall have several. */
const CHECKPOINT_EVERY = 60
/** For what waits on purpose (`best_effort_wal_wait_duration`, lags of seconds), on a machine that does other things too. */
const ANSWERED_MS_MAX = 40_000
const AT_REST_MS_MAX = 20_000
const LOOK_EVERY_MS = 10
/** What nodes wrote in their last turns is still on its way when they are at rest. */
const LAST_RECORDS_MS = 100

const sleep = (ms: number): Promise<void> => new Promise((goOn) => setTimeout(goOn, ms))

/** Throws when a request has no answer, when the nodes do not come to rest, or when a node ends. */
export async function playLive(plan: Plan): Promise<PlayedLive> {
  const data = mkdtempSync(join(tmpdir(), 'fourtwelve-plan-'))
  const records: HistoryRecord[] = []
  const deaths: string[] = []
  try {
    const serving = await serve(plan, data, records, deaths)
    let played: Omit<PlayedLive, 'disks'>
    try {
      played = await playOn(serving, plan, records)
    } finally {
      await serving.stop()
    }
    if (deaths.length > 0) throw new Error(deaths.join('; '))
    return { ...played, disks: await readDisks(data) }
  } finally {
    rmSync(data, { recursive: true })
  }
}

const serve = (plan: Plan, data: string, records: HistoryRecord[], deaths: string[]): Promise<Serving> =>
  playedCluster(
    {
      standbys: plan.standbys,
      config: configOf(plan),
      lag: { default: plan.lag ?? lagOf(20), links: [] },
      given: {
        policies: [],
        users: [],
        secrets: [],
        requests: GIVEN.map(({ path, body }) => ({
          place: 'plan',
          path,
          body: body.kind === 'json' ? body.value : {},
        })),
      },
    },
    (heard) => void records.push(...heard),
    { data, checkpointEvery: CHECKPOINT_EVERY, died: (node, why) => void deaths.push(`${node} ended: ${why}`) },
  )

async function playOn(serving: Serving, plan: Plan, records: HistoryRecord[]): Promise<Omit<PlayedLive, 'disks'>> {
  const { cluster } = serving
  const began = cluster.clock()
  const live = liveCluster(serving, plan.seed, began, records)
  try {
    const acts = playActs(plan, live.contract)
    await untilAnswered(acts, live.contract.now)
    await recordRest(serving, records)
    await sleep(LAST_RECORDS_MS)
    const checks = startChecks()
    const config = configOf(plan)
    checks.observe({
      kind: 'run',
      t: micros(0),
      version: HISTORY_VERSION,
      scenario: 'plan',
      seed: plan.seed,
      runtime: 'live',
      cluster: cluster.id,
      nodes: cluster.nodes,
      switches: config.switches,
      forwarding: forwardingAllowed(config),
    })
    for (const part of [cluster.founding, records]) for (const record of inOrder(part, began)) checks.observe(record)
    return { verdicts: checks.verdicts(), answers: acts.answers, sent: acts.sent() }
  } finally {
    await live.close()
  }
}

async function untilAnswered({ answers, sent, last }: PlayedActs, now: () => Micros): Promise<void> {
  const end = performance.now() + ANSWERED_MS_MAX
  while (now() <= last || answers.size < sent()) {
    if (performance.now() > end) throw new Error(`${sent() - answers.size} of ${sent()} requests have no answer`)
    await sleep(LOOK_EVERY_MS)
  }
}

/** Waits until all nodes have applied all that each of them has, and writes down how they are. */
async function recordRest({ cluster }: Serving, records: HistoryRecord[]): Promise<void> {
  const end = performance.now() + AT_REST_MS_MAX
  for (;;) {
    const nodes = await Promise.all(cluster.nodes.map((node) => cluster.status(node)))
    const all = nodes.flatMap((status) => (status === null ? [] : [status]))
    const isTogether = new Set(all.flatMap(({ applied, received }) => [applied, received])).size === 1
    if (isTogether && all.length === nodes.length) {
      const t = cluster.clock()
      for (const { node, role, term, received, applied, chain } of all)
        records.push({ kind: 'rest', t, node, running: true, role, term, received, applied, chain, unended: 0 })
      return
    }
    if (performance.now() > end) throw new Error(`the nodes do not come to rest: ${JSON.stringify(nodes)}`)
    await sleep(LOOK_EVERY_MS)
  }
}

/** Threads tell of what happened in their own turn: here it stands in the order of time, counted from the start. */
const inOrder = (records: readonly HistoryRecord[], began: Micros): readonly HistoryRecord[] =>
  records.map((record) => ({ ...record, t: micros(Math.max(0, record.t - began)) })).toSorted((a, b) => a.t - b.t)
