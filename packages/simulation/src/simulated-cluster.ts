/**
 * A cluster in virtual time: the contract of @fourtwelve/cluster over simulated nodes.
 * Always holds: one thread, one event heap; every draw comes from a named stream of one seed; nothing asks the host for time
 * or chance. Same options, same bytes, on every machine.
 */

import {
  createApplyGate,
  sampler,
  type Answer,
  type ApplyGate,
  type Cluster,
  type Distribution,
  type LagModel,
} from '@fourtwelve/cluster'
import {
  forwardingAllowed,
  HISTORY_VERSION,
  linkId,
  micros,
  NO_INDEX,
  nodeId,
  randomUuid,
  term,
  type ClusterId,
  type LinkId,
  type Micros,
  type NodeId,
  type ServedReply,
  type WalEntry,
} from '@fourtwelve/protocol'
import {
  durableState,
  foundCluster,
  joinCluster,
  recoverNode,
  type NodeState,
  type RequestId,
} from '@fourtwelve/vault-node'
import { answerDigest } from './answer-digest.ts'
import { createEntropy } from './entropy.ts'
import { EVENT_KINDS, NO_NODE } from './event-heap.ts'
import { createKernel } from './kernel.ts'
import { createPeerLink } from './peer-link.ts'
import { createRecorder } from './recorder.ts'
import { createInflict } from './simulated-faults.ts'
import { createSimulatedLinks, endsOf } from './simulated-links.ts'
import { createSimulatedNode, RUN_BEGINS_AT, type SimulatedNode } from './simulated-node.ts'
import type { SimulationOptions } from './simulation-options.ts'

export interface Simulation extends Cluster {
  readonly runtime: 'simulation'
  /** Answers to the requests that were given to begin with. */
  readonly given: readonly ServedReply[]
  /** Lets time pass until `until`, or until `stop` says so after an event. */
  run(until: Micros, stop: () => boolean): void
  events(): number
  fingerprint(): string
}

export function createSimulation(options: SimulationOptions): Simulation {
  const { seed, config, observe } = options
  const kernel = createKernel()
  const entropy = createEntropy(seed)
  const crypto = options.crypto(entropy.stream('crypto'))
  const ids = Array.from({ length: options.standbys + 1 }, (_, ordinal) => nodeId(ordinal))
  const first = nodeId(0)
  const cluster = randomUuid(crypto) as ClusterId
  const founding = { cluster, clusterName: `vault-cluster-${cluster.slice(0, 8)}`, term: term(1), config }
  const founded = foundCluster(founding, options.rootToken, options.given, RUN_BEGINS_AT, crypto)
  const recorder = createRecorder(kernel.now, observe)
  const draws = (name: string, distribution: Distribution): (() => Micros) =>
    sampler(distribution, entropy.stream(name))
  const answers = new Map<
    RequestId,
    { readonly answered: (answer: Answer) => void; readonly node: NodeId; arrived: boolean }
  >()
  const clientDelay = draws('client', options.network.client)

  observe({
    kind: 'run',
    t: micros(0),
    version: HISTORY_VERSION,
    scenario: options.scenario,
    seed,
    runtime: 'simulation',
    cluster,
    nodes: ids,
    switches: config.switches,
    forwarding: forwardingAllowed(config),
  })

  const nodes = new Map<NodeId, SimulatedNode>()
  /** Those that were killed and not started again. */
  const dead = new Set<NodeId>()
  const lags = new Map<LinkId, LagModel>()
  const held = new Set<LinkId>()
  const forwarding = new Map<NodeId, { readonly delay: Micros; readonly fails: boolean }>()

  const links = createSimulatedLinks({
    nodes: ids,
    lane(from, to, lane) {
      const [name, delay] = LANE_DELAYS[lane]
      return createPeerLink(draws(`${name} ${from}->${to}`, options.network[delay]), kernel.now, (after, detail, run) =>
        kernel.post(
          after,
          lane === 'leadership' ? EVENT_KINDS.leadership : EVENT_KINDS.message,
          ids.indexOf(to),
          detail,
          run,
        ),
      )
    },
    runs: (node) => !dead.has(node),
    receive: (to, from, message) => nodeOf(to).receive(from, message),
    changed: (end, peer, isThere) => nodeOf(end).happen({ kind: isThere ? 'connected' : 'disconnected', peer }),
    loseCall: (node, call) =>
      kernel.post(micros(0), EVENT_KINDS.message, ids.indexOf(node), call, () =>
        nodeOf(node).happen({ kind: 'call-lost', call }),
      ),
    forwarding: (node) => forwarding.get(node) ?? STEADY_FORWARDING,
  })

  begin(founded.entries, term(1), RUN_BEGINS_AT)

  /** Every node begins with the same log, and the first is active. */
  function begin(entries: readonly WalEntry[], from: NodeState['term'], now: Micros): void {
    recorder.written(first, entries)
    recorder.committed(first, entries.at(-1)?.index ?? NO_INDEX)
    for (const id of ids) {
      const states = { ...founding, term: from, id, nodes: ids, active: first, electionSeed: electionSeed(id) }
      live(joinCluster(states, entries, now, crypto))
    }
    for (const { state } of nodes.values()) recorder.applied(state.id, NO_INDEX, state.log.applied, state.log.chain)
    for (const node of nodes.values()) node.happen({ kind: 'continue' })
  }

  function electionSeed(id: NodeId): number {
    return entropy.stream(`election ${id}`).uint32()
  }

  /** A node begins a life. */
  function live(state: NodeState): void {
    const { id } = state
    const ordinal = ids.indexOf(id)
    const node = createSimulatedNode(state, {
      ordinal,
      kernel,
      crypto,
      gate: gateOf(linkId(state.active ?? first, id), state),
      cost: options.cost,
      flushTime: draws(`flush ${id}`, options.flush),
      recorder,
      send: (to, message) => links.send(id, to, message),
      reply: (request, value) => answerClient(request, ordinal, { kind: 'reply', value }),
      turnAway: (request) => answerClient(request, ordinal, { kind: 'lost', why: `${id} is overloaded` }),
      refuseCall: (from, call) => links.send(id, from, { kind: 'decline', call }),
      follows(active) {
        node.setGate(gateOf(linkId(active, id), state))
        node.askGate()
      },
    })
    nodes.set(id, node)
    dead.delete(id)
  }

  function gateOf(link: LinkId, state: NodeState): ApplyGate {
    const lag = lags.get(link) ?? options.lag.links[link] ?? options.lag.default
    const gate = createApplyGate(lag, entropy.stream(`lag ${link}`), state.log.due)
    if (held.has(link)) gate.hold()
    return gate
  }

  function kill(id: NodeId, loses: 'unflushed' | 'nothing'): void {
    if (dead.has(id)) return
    const node = nodeOf(id)
    node.stop()
    dead.add(id)
    links.refresh(id)
    const { log } = node.state
    // Its disk as it comes back to it.
    disks.set(id, durableState(node.state, loses === 'unflushed' ? log.received : log.head))
    for (const [request, open] of answers) {
      if (open.node === id && open.arrived)
        answerClient(request, ids.indexOf(id), { kind: 'lost', why: `${id} was killed` })
    }
  }

  const disks = new Map<NodeId, ReturnType<typeof durableState>>()

  function restart(id: NodeId): void {
    kill(id, 'unflushed')
    const disk = disks.get(id)
    if (disk === undefined) throw new Error(`${id} was killed and left no disk`)
    disks.delete(id)
    const seed = electionSeed(id)
    const now = micros(RUN_BEGINS_AT + kernel.now())
    const state = recoverNode({ ...founding, id, nodes: ids, electionSeed: seed }, disk, now, crypto)
    live(state)
    recorder.recovered(state)
    nodeOf(id).happen({ kind: 'continue' })
    links.refresh(id)
  }

  function answerClient(request: RequestId, ordinal: number, answer: Answer): void {
    const open = answers.get(request)
    if (open === undefined) throw new Error(`request ${request} is answered twice, or was never sent`)
    answers.delete(request)
    const { answered } = open
    kernel.post(clientDelay(), EVENT_KINDS.answer, ordinal, answerDigest(request, answer), () => answered(answer))
  }

  function nodeOf(id: NodeId): SimulatedNode {
    const node = nodes.get(id)
    if (node === undefined) throw new Error(`there is no node ${id}: this cluster has ${ids.join(', ')}`)
    return node
  }

  /** The gate behind a link: on a link that no commit comes by there is nothing to hold up. */
  function gateBehind(link: LinkId): SimulatedNode | null {
    const [from, to] = endsOf(link)
    const node = nodeOf(to)
    return dead.has(to) || node.state.role === 'active' || (node.state.active ?? from) !== from ? null : node
  }

  return {
    id: cluster,
    runtime: 'simulation',
    nodes: ids,
    rootToken: founded.rootToken,
    given: founded.replies,
    now: kernel.now,
    events: kernel.events,
    fingerprint: kernel.fingerprint,
    run: kernel.run,
    record: observe,
    inflict: createInflict({
      observe,
      kernel,
      crypto,
      founding,
      nodes,
      dead,
      lags,
      held,
      forwarding,
      links,
      gateBehind,
      kill,
      restart,
      begin,
    }),
    chance: (stream) => entropy.stream(`scenario ${stream}`),
    after: (delay, then) => kernel.post(delay, EVENT_KINDS.client, NO_NODE, 0, then),
    send(id, request, vaultRequest, answered) {
      nodeOf(id)
      const open = { answered, node: id, arrived: false }
      answers.set(request, open)
      kernel.post(clientDelay(), EVENT_KINDS.arrive, ids.indexOf(id), request, () => {
        open.arrived = true
        if (dead.has(id)) answerClient(request, ids.indexOf(id), { kind: 'lost', why: `${id} does not run` })
        else nodeOf(id).request(request, vaultRequest)
      })
    },
    state: () =>
      Array.from(nodes.values(), ({ state: { id, role, term: in_, log } }) => ({
        node: id,
        running: !dead.has(id),
        role,
        term: in_,
        received: log.received,
        committed: log.committed,
        applied: log.applied,
        chain: log.chain,
      })),
  }
}

/** Each lane has a stream of its own, so that heartbeats move no other delay. */
const LANE_DELAYS = {
  log: ['delivery', 'delivery'],
  calls: ['forward', 'forward'],
  leadership: ['leadership', 'delivery'],
} as const

const STEADY_FORWARDING = { delay: micros(0), fails: false } as const
