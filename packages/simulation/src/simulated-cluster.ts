/**
 * A cluster in virtual time: the contract of @fourtwelve/cluster over simulated nodes.
 * Always holds: one thread, one event heap; every draw comes from a named stream of one seed; nothing asks the host for time
 * or chance. Same options, same bytes, on every machine.
 */

import { createApplyGate, sampler, type Answer, type Cluster, type Distribution, type Fault } from '@fourtwelve/cluster'
import {
  HISTORY_VERSION,
  linkId,
  micros,
  NO_INDEX,
  nodeId,
  randomUuid,
  term,
  type ClusterId,
  type Micros,
  type NodeId,
  type ServedReply,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, type PeerMessage, type RequestId } from '@fourtwelve/vault-node'
import { answerDigest } from './answer-digest.ts'
import { createEntropy } from './entropy.ts'
import { EVENT_KINDS, NO_NODE } from './event-heap.ts'
import { createKernel } from './kernel.ts'
import { createPeerLink, type PeerLink } from './peer-link.ts'
import { createRecorder } from './recorder.ts'
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
  const active = nodeId(0)
  const cluster = randomUuid(crypto) as ClusterId
  const founding = { cluster, clusterName: `vault-cluster-${cluster.slice(0, 8)}`, term: term(1), config }
  const founded = foundCluster(founding, options.rootToken, options.given, RUN_BEGINS_AT, crypto)
  const recorder = createRecorder(kernel.now, observe)
  const draws = (name: string, distribution: Distribution): (() => Micros) =>
    sampler(distribution, entropy.stream(name))
  const answers = new Map<RequestId, (answer: Answer) => void>()
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
  })
  recorder.written(active, founded.entries)
  recorder.committed(active, founded.entries.at(-1)?.index ?? NO_INDEX)

  const nodes = new Map<NodeId, SimulatedNode>(ids.map((id, ordinal) => [id, createNode(id, ordinal)]))
  for (const { state } of nodes.values()) recorder.applied(state.id, NO_INDEX, state.log.applied, state.log.chain)
  const links = new Map<string, { readonly log: PeerLink; readonly calls: PeerLink }>()
  for (const from of ids) for (const to of ids) if (from !== to) links.set(linkId(from, to), createLink(from, to))
  for (const node of nodes.values()) node.begin()

  function createNode(id: NodeId, ordinal: number): SimulatedNode {
    const state = joinCluster({ ...founding, id, nodes: ids, active }, founded.entries, RUN_BEGINS_AT, crypto)
    const link = linkId(active, id)
    const lag = options.lag.links[link] ?? options.lag.default
    return createSimulatedNode(state, {
      ordinal,
      kernel,
      crypto,
      gate: createApplyGate(lag, entropy.stream(`lag ${link}`), state.log.applied),
      cost: options.cost,
      flushTime: draws(`flush ${id}`, options.flush),
      recorder,
      send: (to, message) => transmit(id, to, message),
      reply: (request, value) => answerClient(request, ordinal, { kind: 'reply', value }),
      turnAway: (request) => answerClient(request, ordinal, { kind: 'lost', why: `${id} is overloaded` }),
      refuseCall: (from, call) => links.get(linkId(id, from))?.calls.send(call, () => nodeOf(from).loseCall(call)),
    })
  }

  function createLink(from: NodeId, to: NodeId): { readonly log: PeerLink; readonly calls: PeerLink } {
    const ordinal = ids.indexOf(to)
    const lane = (name: 'delivery' | 'forward'): PeerLink =>
      createPeerLink(draws(`${name} ${from}->${to}`, options.network[name]), kernel.now, (delay, detail, run) =>
        kernel.post(delay, EVENT_KINDS.message, ordinal, detail, run),
      )
    return { log: lane('delivery'), calls: lane('forward') }
  }

  function transmit(from: NodeId, to: NodeId, message: PeerMessage): void {
    const link = links.get(linkId(from, to))
    const target = nodeOf(to)
    const lane = LOG_MESSAGES.has(message.kind) ? link?.log : link?.calls
    lane?.send(detailOf(message), () => target.receive(from, message))
  }

  function answerClient(request: RequestId, ordinal: number, answer: Answer): void {
    const answered = answers.get(request)
    if (answered === undefined) throw new Error(`request ${request} is answered twice, or was never sent`)
    answers.delete(request)
    kernel.post(clientDelay(), EVENT_KINDS.answer, ordinal, answerDigest(request, answer), () => answered(answer))
  }

  function nodeOf(id: NodeId): SimulatedNode {
    const node = nodes.get(id)
    if (node === undefined) throw new Error(`there is no node ${id}: this cluster has ${ids.join(', ')}`)
    return node
  }

  function inflict(fault: Fault): void {
    const [from, to] = fault.link.split('->') as [NodeId, NodeId]
    const note = fault.kind === 'lag' ? JSON.stringify(fault.lag) : ''
    observe({ kind: 'fault', t: kernel.now(), fault: fault.kind, target: fault.link, note })
    const target = nodeOf(to)
    // The log comes from the active node: on a link between standbys there is nothing to hold up.
    const gate = nodeOf(from).state.role === 'active' ? target.gate : null
    const pair = [links.get(linkId(from, to)), links.get(linkId(to, from))]
    switch (fault.kind) {
      case 'lag':
        gate?.setLag(fault.lag, kernel.now())
        return target.askGate()
      case 'hold':
        gate?.hold()
        return
      case 'release':
        gate?.release()
        return target.askGate()
      case 'cut':
        for (const link of pair) for (const lane of [link?.log, link?.calls]) lane?.cut()
        nodeOf(from).disconnected(to)
        return target.disconnected(from)
      case 'heal':
        for (const link of pair) for (const lane of [link?.log, link?.calls]) lane?.heal()
        target.connected(from)
        return nodeOf(from).connected(to)
    }
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
    inflict,
    chance: (stream) => entropy.stream(`scenario ${stream}`),
    after: (delay, then) => kernel.post(delay, EVENT_KINDS.client, NO_NODE, 0, then),
    send(id, request, vaultRequest, answered) {
      const node = nodeOf(id)
      answers.set(request, answered)
      kernel.post(clientDelay(), EVENT_KINDS.arrive, ids.indexOf(id), request, () =>
        node.request(request, vaultRequest),
      )
    },
    state: () =>
      Array.from(nodes.values(), ({ state }) => ({
        node: state.id,
        role: state.role,
        received: state.log.received,
        committed: state.log.committed,
        applied: state.log.applied,
      })),
  }
}

const LOG_MESSAGES: ReadonlySet<PeerMessage['kind']> = new Set([
  'append',
  'commit',
  'snapshot',
  'how-far',
  'this-far',
  'received',
])

/** What of a message goes into the fingerprint. */
function detailOf(message: PeerMessage): number {
  switch (message.kind) {
    case 'append':
      return message.entries.at(-1)?.digest ?? message.commit
    case 'commit':
      return message.commit
    case 'snapshot':
      return message.snapshot.chain
    case 'this-far':
    case 'received':
      return message.received
    case 'how-far':
      return 0
    case 'forward':
    case 'call':
      return message.id
    case 'answer':
    case 'decline':
      return message.call
  }
}
