/**
 * One life of a node in virtual time: hands it its events and performs its effects, until it is killed.
 * Owns its disk, its service queue, its timer and its apply gate. Decides nothing.
 * Always holds: nothing happens to a node that was killed; what happens to one that is paused happens in its order when it goes on.
 */

import type { ApplyGate } from '@fourtwelve/cluster'
import {
  micros,
  walIndex,
  type CryptoPort,
  type Micros,
  type NodeId,
  type ServedReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import {
  step,
  type Effect,
  type NodeEvent,
  type NodeState,
  type PeerMessage,
  type RequestId,
} from '@fourtwelve/vault-node'
import { createDisk, type Disk } from './disk.ts'
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
  readonly disk: Pick<Disk, 'slow'>
  request(id: RequestId, request: VaultRequest): void
  receive(from: NodeId, message: PeerMessage): void
  /** Anything else that happens to it. */
  happen(event: NodeEvent): void
  /** The gate that the commits pass from now on. */
  setGate(gate: ApplyGate): void
  gate(): ApplyGate
  /** The gate's mind may have changed: apply what is due, come back when more will be. */
  askGate(): void
  /** Everything is applied so much later than the gate says. */
  applyLater(by: Micros): void
  /** How far its clock is ahead. */
  setSkew(skew: Micros): void
  pause(): void
  resume(): void
  /** Nothing happens to it any more. */
  stop(): void
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
  /** It hears of commits from this node from now on. */
  readonly follows: (active: NodeId) => void
}

/** Events that may wait for a node that is paused. */
const PAUSED_EVENTS_MAX = 1_000_000

export function createSimulatedNode(state: NodeState, around: NodeSurroundings): SimulatedNode {
  const { ordinal, kernel, crypto, recorder } = around
  const queue = createServiceQueue()
  let isStopped = false
  let paused: (() => void)[] | null = null
  /** Runs it now, or when the node goes on. */
  const whenAwake = (run: () => void): void => {
    if (isStopped) return
    if (paused === null) return run()
    if (paused.length >= PAUSED_EVENTS_MAX)
      throw new Error(`${state.id} is paused and ${PAUSED_EVENTS_MAX} events wait: resume it sooner`)
    paused.push(run)
  }
  const post = (
    delay: Micros,
    kind: (typeof EVENT_KINDS)[keyof typeof EVENT_KINDS],
    detail: number,
    run: () => void,
  ): void => kernel.post(delay, kind, ordinal, detail, () => whenAwake(run))
  const disk = createDisk(
    around.flushTime,
    (delay, through, run) => post(delay, EVENT_KINDS.flushed, through, run),
    (through) => happen({ kind: 'flushed', through }),
  )
  let { gate } = around
  let timer = 0
  let continuing = false
  let gateAskedAt: Micros | null = null
  let gateTime = 0
  let later = 0
  let skew = 0

  const clock = (): Micros => micros(RUN_BEGINS_AT + kernel.now() + skew)

  function happen(event: NodeEvent): void {
    if (isStopped) return
    for (const effect of step(state, event, clock(), crypto)) perform(effect)
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'reply':
        return around.reply(effect.id, effect.answer)
      case 'append':
        // A standby's copy is no new entry.
        if (effect.origin === 'written') recorder.written(state.id, effect.entries)
        return disk.append(effect.entries.at(-1)?.index ?? walIndex(0))
      case 'truncate':
        return disk.truncate(effect.after)
      case 'install':
        disk.truncate(walIndex(effect.snapshot.index - 1))
        return disk.append(effect.snapshot.index)
      case 'ballot':
        // Its own small write, with a flush of its own: it is durable when this returns (`durableState` reads it off the node).
        return
      case 'send':
        return around.send(effect.to, effect.message)
      case 'committed':
        return recorder.committed(state.id, effect.through)
      case 'commit-known':
        gate.learn(effect.through, micros(effect.commitTime - RUN_BEGINS_AT), kernel.now())
        return askGate()
      case 'applied':
        return recorder.applied(state.id, effect.from, effect.through, effect.chain)
      case 'lead':
        return recorder.led(state.id, effect.term, effect.index)
      case 'resign':
        return recorder.resigned(state.id, effect.term, effect.index, effect.chain)
      case 'follow':
        return around.follows(effect.active)
      case 'wake':
        return wake(effect.at)
      case 'continue':
        if (continuing) return
        continuing = true
        return post(micros(0), EVENT_KINDS.continue, 0, () => {
          continuing = false
          happen({ kind: 'continue' })
        })
    }
  }

  /** A later wake replaces the one before: only the last is said. */
  function wake(at: Micros): void {
    const mine = ++timer
    const delay = micros(Math.max(0, at - clock()))
    post(delay, EVENT_KINDS.timer, 0, () => {
      if (mine === timer) happen({ kind: 'timer' })
    })
  }

  function askGate(): void {
    const now = kernel.now()
    // A gate's time never goes back, also when applying becomes slower.
    gateTime = Math.max(gateTime, now - later)
    const through = gate.due(micros(gateTime))
    if (through > state.log.due) happen({ kind: 'apply', through })
    const due = gate.next()
    const next = due === null ? null : micros(due + later)
    if (next === null || (gateAskedAt !== null && gateAskedAt <= next && gateAskedAt > now)) return
    gateAskedAt = next
    post(micros(Math.max(0, next - now)), EVENT_KINDS.apply, next, askGate)
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

  function receive(from: NodeId, message: PeerMessage): void {
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
  }

  return {
    state,
    disk,
    askGate,
    request: (id, request) =>
      whenAwake(() => {
        const served = serve(requestCost(around.cost, state, request), id, EVENT_KINDS.serve, () =>
          happen({ kind: 'request', id, request }),
        )
        if (!served) around.turnAway(id)
      }),
    receive: (from, message) => whenAwake(() => receive(from, message)),
    happen: (event) => whenAwake(() => happen(event)),
    gate: () => gate,
    setGate(changed) {
      gate = changed
      gateAskedAt = null
    },
    applyLater(by) {
      later = by
      gateAskedAt = null
      askGate()
    },
    setSkew(changed) {
      skew = changed
      whenAwake(() => happen({ kind: 'clock', skew: changed }))
    },
    pause() {
      paused ??= []
    },
    resume() {
      const waiting = paused ?? []
      paused = null
      for (const run of waiting) whenAwake(run)
      askGate()
    },
    stop() {
      isStopped = true
      disk.stop()
    },
  }
}
