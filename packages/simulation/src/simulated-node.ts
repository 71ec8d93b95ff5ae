/**
 * One node in virtual time: hands it its events and performs its effects.
 * Owns its disk, its service queue, its timer and its apply gate. Decides nothing.
 */

import type { ApplyGate } from '@fourtwelve/cluster'
import {
  micros,
  type CryptoPort,
  type Micros,
  type NodeId,
  type ServedReply,
  type VaultRequest,
  type WalIndex,
} from '@fourtwelve/protocol'
import {
  step,
  type Effect,
  type NodeEvent,
  type NodeState,
  type PeerMessage,
  type RequestId,
} from '@fourtwelve/vault-node'
import { createDisk } from './disk.ts'
import { EVENT_KINDS } from './event-heap.ts'
import type { Kernel } from './kernel.ts'
import type { SimulationRecorder } from './recorder.ts'
import { createServiceQueue } from './service-queue.ts'
import { requestCost } from './request-cost.ts'
import type { ServiceCost } from './simulation-options.ts'

/** Virtual time 0 on the nodes' clocks: 2026-01-01T00:00:00Z. */
export const RUN_BEGINS_AT: Micros = micros(1_767_225_600_000_000)

export interface SimulatedNode {
  readonly state: NodeState
  /** The gate of the link that the log comes by. */
  readonly gate: ApplyGate
  request(id: RequestId, request: VaultRequest): void
  receive(from: NodeId, message: PeerMessage): void
  connected(peer: NodeId): void
  disconnected(peer: NodeId): void
  /** The active node had no room for what this one asked of it. */
  loseCall(call: number): void
  /** The run begins: what the node was founded with may have a deadline. */
  begin(): void
  /** The gate's mind may have changed: apply what is due, come back when more will be. */
  askGate(): void
}

export interface NodeSurroundings {
  readonly ordinal: number
  readonly kernel: Kernel
  readonly crypto: CryptoPort
  readonly gate: ApplyGate
  readonly cost: ServiceCost
  readonly flushTime: () => Micros
  readonly recorder: SimulationRecorder
  readonly send: (to: NodeId, message: PeerMessage) => void
  readonly reply: (id: RequestId, answer: ServedReply) => void
  readonly turnAway: (id: RequestId) => void
  /** The same for a standby's forwarded request or call. */
  readonly refuseCall: (from: NodeId, call: number) => void
}

export function createSimulatedNode(state: NodeState, around: NodeSurroundings): SimulatedNode {
  const { ordinal, kernel, crypto, gate, recorder } = around
  const queue = createServiceQueue()
  const post = (
    delay: Micros,
    kind: (typeof EVENT_KINDS)[keyof typeof EVENT_KINDS],
    detail: number,
    run: () => void,
  ): void => kernel.post(delay, kind, ordinal, detail, run)
  const disk = createDisk(
    around.flushTime,
    (delay, through, run) => post(delay, EVENT_KINDS.flushed, through, run),
    (through) => happen({ kind: 'flushed', through }),
  )
  let timer = 0
  let continuing = false
  let gateAskedAt: Micros | null = null

  function happen(event: NodeEvent): void {
    const effects = step(state, event, (RUN_BEGINS_AT + kernel.now()) as Micros, crypto)
    for (const effect of effects) perform(effect)
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'reply':
        return around.reply(effect.id, effect.answer)
      case 'append':
        // A standby's copy is no new entry.
        if (effect.origin === 'written') recorder.written(state.id, effect.entries)
        return disk.append(effect.entries.at(-1)?.index ?? (0 as WalIndex))
      case 'install':
        return disk.append(effect.snapshot.index)
      case 'send':
        return around.send(effect.to, effect.message)
      case 'committed':
        return recorder.committed(state.id, effect.through)
      case 'commit-known':
        gate.learn(effect.through, (effect.commitTime - RUN_BEGINS_AT) as Micros, kernel.now())
        return askGate()
      case 'applied':
        return recorder.applied(state.id, effect.from, effect.through, effect.chain)
      case 'wake':
        return wake(effect.at)
      case 'continue':
        if (continuing) return
        continuing = true
        return post(0 as Micros, EVENT_KINDS.continue, 0, () => {
          continuing = false
          happen({ kind: 'continue' })
        })
    }
  }

  /** A later wake replaces the one before: only the last is said. */
  function wake(at: Micros): void {
    const mine = ++timer
    const delay = Math.max(0, at - RUN_BEGINS_AT - kernel.now()) as Micros
    post(delay, EVENT_KINDS.timer, 0, () => {
      if (mine === timer) happen({ kind: 'timer' })
    })
  }

  function askGate(): void {
    const now = kernel.now()
    const through = gate.due(now)
    if (through > state.log.due) happen({ kind: 'apply', through })
    const next = gate.next()
    if (next === null || (gateAskedAt !== null && gateAskedAt <= next && gateAskedAt > now)) return
    gateAskedAt = next
    post(Math.max(0, next - now) as Micros, EVENT_KINDS.apply, next, askGate)
  }

  /** Puts work into the node's queue; at no cost it is served at once. */
  function serve(
    cost: Micros,
    detail: number,
    kind: (typeof EVENT_KINDS)['serve' | 'serveMessage'],
    run: () => void,
  ): boolean {
    if (cost === 0) {
      run()
      return true
    }
    const delay = queue.admit(kernel.now(), cost)
    if (delay === null) return false
    post(delay, kind, detail, () => {
      queue.served()
      run()
    })
    return true
  }

  return {
    state,
    gate,
    askGate,
    request(id, request) {
      const served = serve(requestCost(around.cost, state, request), id, EVENT_KINDS.serve, () =>
        happen({ kind: 'request', id, request }),
      )
      if (!served) around.turnAway(id)
    },
    receive(from, message) {
      const hear = (): void => happen({ kind: 'message', from, message })
      switch (message.kind) {
        case 'forward':
        case 'call': {
          const cost = message.kind === 'forward' ? requestCost(around.cost, state, message.request) : around.cost.write
          if (!serve(cost, message.id, EVENT_KINDS.serveMessage, hear)) around.refuseCall(from, message.call)
          return
        }
        case 'append':
          hear()
          gate.appended(kernel.now())
          return askGate()
        default:
          return hear()
      }
    },
    connected: (peer) => happen({ kind: 'connected', peer }),
    disconnected: (peer) => happen({ kind: 'disconnected', peer }),
    loseCall: (call) => happen({ kind: 'call-lost', call }),
    begin: () => happen({ kind: 'continue' }),
  }
}
