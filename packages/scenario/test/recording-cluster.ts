/**
 * For tests: a cluster in virtual time that keeps what is done to it, and changes who leads and who runs accordingly. It has no
 * log: requests are answered by `answer`. What faults do to a real cluster is tested on the runtimes.
 */

import type { Answer, Cluster, Fault, NodeStatus } from '@fourtwelve/cluster'
import {
  micros,
  nodeId,
  term,
  walIndex,
  type ClusterId,
  type HistoryRecord,
  type Micros,
  type NodeId,
} from '@fourtwelve/protocol'
import { prepareRun, type Scenario, type ScenarioRun } from '@fourtwelve/scenario'
import { createEntropy } from '@fourtwelve/simulation'

export interface Recording {
  /** `12000 kill n0`, in order. */
  readonly done: readonly string[]
  readonly faults: readonly { readonly t: Micros; readonly fault: Fault }[]
  readonly records: readonly HistoryRecord[]
  readonly run: ScenarioRun
}

/** After how many microseconds, and with which status, a node that runs or not answers what it is asked now; null: never. */
export type AnswerOf = (
  node: NodeId,
  now: Micros,
  runs: boolean,
) => { readonly after: number; readonly status: number } | null

interface Options {
  /** Answers to requests; null: it is never answered. Default: 200 from a node that runs, else lost. */
  readonly answer?: AnswerOf
  /** How long nobody leads after the leader is gone, in microseconds. */
  readonly election?: number
  readonly seed?: number
}

/** More timers than any of these runs has. */
const TIMERS_MAX = 100_000

export function record(scenario: Scenario, { answer = whileRunning, election = 0, seed = 1 }: Options = {}): Recording {
  const entropy = createEntropy(seed)
  const timers: { readonly at: number; readonly order: number; readonly ring: () => void }[] = []
  const faults: { t: Micros; fault: Fault }[] = []
  const records: HistoryRecord[] = []
  const nodes = Array.from({ length: scenario.standbys + 1 }, (_, at) => nodeId(at))
  const paused = new Set<NodeId>()
  const statuses = new Map<NodeId, NodeStatus>(
    nodes.map((node, at) => [
      node,
      {
        node,
        running: true,
        role: at === 0 ? 'active' : 'performance-standby',
        term: term(1),
        received: walIndex(9),
        committed: walIndex(9),
        applied: walIndex(9),
        chain: 7,
      },
    ]),
  )
  let now = 0
  let order = 0
  const prepared = prepareRun(scenario)
  const keep = (record: HistoryRecord): void => {
    records.push(record)
    prepared.observe(record)
  }
  const change = (node: NodeId, to: Partial<NodeStatus>): void => {
    const status = statuses.get(node)
    if (status !== undefined) statuses.set(node, { ...status, ...to })
  }
  const after = (delay: number, ring: () => void): void => void timers.push({ at: now + delay, order: order++, ring })
  /** The first able node other than `not` leads, in a term of its own. */
  const elect = (not: NodeId): void =>
    after(election, () => {
      const next = [...statuses.values()].find(({ node, running }) => running && node !== not && !paused.has(node))
      if (next === undefined) return
      const highest = Math.max(...[...statuses.values()].map((status) => status.term))
      change(next.node, { role: 'active', term: term(highest + 1) })
      keep({ kind: 'lead', t: micros(now), node: next.node, term: term(highest + 1), index: walIndex(9) })
    })
  const leads = (node: NodeId): boolean => statuses.get(node)?.role === 'active'

  const inflict = (fault: Fault): void => {
    faults.push({ t: micros(now), fault })
    if (fault.kind === 'kill') {
      const led = leads(fault.node)
      change(fault.node, { running: false, role: 'performance-standby' })
      if (led) elect(fault.node)
    }
    if (fault.kind === 'restart') change(fault.node, { running: true })
    if (fault.kind === 'step-down' && leads(fault.node)) {
      change(fault.node, { role: 'performance-standby' })
      elect(fault.node)
    }
    if (fault.kind === 'pause') {
      paused.add(fault.node)
      // It hears nothing of the new term, and goes on to take itself for active.
      if (leads(fault.node)) elect(fault.node)
    }
    if (fault.kind === 'resume') paused.delete(fault.node)
  }

  const cluster: Cluster = {
    id: 'recording' as ClusterId,
    runtime: 'simulation',
    nodes,
    rootToken: 'hvs.root',
    now: () => micros(now),
    chance: (stream) => entropy.stream(stream),
    after,
    send(node, _id, _request, answered) {
      const reply = answer(node, micros(now), statuses.get(node)?.running === true)
      if (reply !== null) after(reply.after, () => answered(answerOf(node, reply.status)))
    },
    inflict,
    state: () => [...statuses.values()],
    record: keep,
  }
  const ends: ScenarioRun[] = []
  prepared.start(cluster, (run) => ends.push(run))
  for (let count = 0; ends.length === 0; count++) {
    if (count > TIMERS_MAX) throw new Error(`the run did not end within ${TIMERS_MAX} timers`)
    timers.sort((a, b) => a.at - b.at || a.order - b.order)
    const next = timers.shift()
    if (next === undefined) throw new Error('the run waits for something that never comes')
    now = next.at
    next.ring()
  }
  const [run] = ends
  if (run === undefined) throw new Error('the run did not end')
  return { done: faults.map(textOf), faults, records, run }
}

const textOf = ({ t, fault }: { readonly t: Micros; readonly fault: Fault }): string =>
  `${t / 1000} ${fault.kind} ${'node' in fault ? fault.node : 'link' in fault ? fault.link : ''}`.trimEnd()

const whileRunning = (_node: NodeId, _now: Micros, runs: boolean): { after: number; status: number } => ({
  after: 1_000,
  status: runs ? 200 : 0,
})

function answerOf(node: NodeId, status: number): Answer {
  if (status === 0) return { kind: 'lost', why: `${node} does not run` }
  return {
    kind: 'reply',
    value: {
      reply: { status, index: null, body: null },
      served: {
        node,
        by: node,
        applied: walIndex(9),
        appliedHere: walIndex(9),
        required: walIndex(0),
        epoch: 0 as never,
        forwarded: null,
        wrote: walIndex(0),
        waitTimedOut: false,
      },
    },
  }
}
