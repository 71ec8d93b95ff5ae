/**
 * One node in real time: hands it its events and performs its effects. Runs inside a worker thread.
 * Owns the node's disk, its links, its apply gate and its timers. Decides nothing.
 * Always holds: one event at a time; what a turn of the event loop appended becomes one row, one flush, one message a link.
 */

import type { Answer, Chance, LagModel } from '@fourtwelve/cluster'
import {
  entryRecord,
  micros,
  type CryptoPort,
  type HistoryRecord,
  type Micros,
  type NodeId,
  type VaultRequest,
  type WalEntry,
  type WalIndex,
} from '@fourtwelve/protocol'
import {
  step,
  type Effect,
  type NodeCondition,
  type NodeEvent,
  type NodeState,
  type PeerMessage,
} from '@fourtwelve/vault-node'
import { createLinkLag } from './link-lag.ts'
import { createLogWriter } from './log-writer.ts'
import type { NodeLinks } from './node-links.ts'
import type { NodeStorage } from './node-storage.ts'
import { timerMs, type Clock } from './wall-clock.ts'

export interface LiveNode {
  readonly state: NodeState
  /** Serves a client's request. `id` 0 lets the node number it. */
  serve(id: number, request: VaultRequest, answered: (answer: Answer) => void): void
  /** Another node said something. */
  receive(from: NodeId, message: PeerMessage): void
  /** A call to the active node is lost. */
  loseCall(call: number): void
  connected(peer: NodeId): void
  disconnected(peer: NodeId): void
  /** The disk has everything up to `through`. */
  flushed(through: WalIndex): void
  /** What is committed is not applied while this node is the active one. */
  hold(active: NodeId): void
  release(active: NodeId): void
  setLag(active: NodeId, lag: LagModel): void
  /** From now on the disk is said to have everything so much later. */
  slowDisk(by: Micros): void
  /** From now on everything is applied so much later. */
  slowApply(by: Micros): void
  /** From now on its clock is so far ahead. */
  setSkew(by: Micros): void
  setShipperBuffer(entries: number | null): void
  stepDown(): void
  /** It lives from here on. */
  begin(): void
  setCondition(condition: NodeCondition): void
  /** While paused nothing happens to the node; it happens when it goes on. */
  pause(): void
  resume(): void
  /** Nothing happens to it any more and nothing reaches its disk; whoever waits for an answer, or asks, is told that none will come. */
  stop(why: string): void
}

export interface NodeMachine {
  readonly state: NodeState
  readonly crypto: CryptoPort
  readonly storage: NodeStorage
  readonly links: NodeLinks
  /** How its links lag, by the node at the other end; `lag` is that of the others. */
  readonly lags: Iterable<readonly [NodeId, LagModel]>
  readonly lag: LagModel
  readonly chance: Chance
  /** Where the node's own requests start to be numbered: every node has a range of its own. */
  readonly firstRequest: number
  /** Entries from one checkpoint to the next; null: as many as is usual. */
  readonly checkpointEvery: number | null
  readonly clock: Clock
  readonly observe: (record: HistoryRecord) => void
}

/** Events that may wait while a node is paused; beyond, clients get no answer and links are broken until it goes on. */
const PAUSED_EVENTS_MAX = 100_000

export function createLiveNode(machine: NodeMachine): LiveNode {
  const { state, crypto, storage, links, clock, observe } = machine
  const lag = createLinkLag({ ...machine, due: (through) => happen({ kind: 'apply', through }) })
  const log = createLogWriter(state, storage, machine.checkpointEvery, (through) =>
    happen({ kind: 'flushed', through }),
  )
  const answers = new Map<number, (answer: Answer) => void>()
  let nextRequest = machine.firstRequest
  let isTurnEnding = false
  let isContinuing = false
  /** Why it was stopped; null while it runs. */
  let stopped: string | null = null
  let paused: NodeEvent[] | null = null
  /** How far the node's clock is ahead. */
  let skew = 0
  let timer: NodeJS.Timeout | null = null

  function happen(event: NodeEvent): void {
    if (stopped !== null) return
    if (paused !== null) return keepWaiting(paused, event)
    for (const effect of step(state, event, nodeClock(), crypto)) perform(effect)
  }

  /** Of clients and other nodes no more than fits: the one gets no answer, to the other the link is broken. The rest is little. */
  function keepWaiting(waiting: NodeEvent[], event: NodeEvent): void {
    if (waiting.length >= PAUSED_EVENTS_MAX) {
      if (event.kind === 'message') return links.deafen(event.from)
      if (event.kind === 'request') {
        const answered = answers.get(event.id)
        answers.delete(event.id)
        return answered?.({ kind: 'lost', why: `${state.id} is paused, and ${PAUSED_EVENTS_MAX} events wait` })
      }
    }
    waiting.push(event)
  }

  /** What the node takes for the time. */
  function nodeClock(): Micros {
    return micros(clock() + skew)
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case 'reply': {
        const answered = answers.get(effect.id)
        answers.delete(effect.id)
        return answered?.({ kind: 'reply', value: effect.answer })
      }
      case 'append':
        if (effect.origin === 'written') observeEntries(effect.entries)
        log.append(effect.entries)
        return endTurnSoon()
      case 'truncate':
        return log.truncate(effect.after)
      case 'install':
        return log.install(effect.snapshot)
      case 'ballot':
        return storage.noteBallot(effect.ballot)
      case 'lead':
        return observe({ kind: 'lead', t: clock(), node: state.id, term: effect.term, index: effect.index })
      case 'resign': {
        const { term, index, chain } = effect
        log.checkpoints.giveUp()
        return observe({ kind: 'resign', t: clock(), node: state.id, term, index, chain })
      }
      case 'follow':
        return lag.follow(effect.active)
      case 'send':
        links.send(effect.to, effect.message)
        return endTurnSoon()
      case 'committed':
        observe({ kind: 'commit', t: clock(), node: state.id, index: effect.through })
        return log.checkpoints.committed()
      case 'commit-known':
        lag.learn(effect.through, effect.commitTime)
        return log.checkpoints.committed()
      case 'applied':
        observe({
          kind: 'apply',
          t: clock(),
          node: state.id,
          from: effect.from,
          index: effect.through,
          chain: effect.chain,
        })
        return
      case 'wake':
        return wake(effect.at)
      case 'continue':
        if (isContinuing) return
        isContinuing = true
        setImmediate(() => {
          isContinuing = false
          happen({ kind: 'continue' })
        })
    }
  }

  function observeEntries(entries: readonly WalEntry[]): void {
    const t = clock()
    for (const entry of entries) observe(entryRecord(t, state.id, entry))
  }

  /** Group commit: everything that this turn of the event loop appended goes to the disk as one row. */
  function endTurnSoon(): void {
    if (isTurnEnding) return
    isTurnEnding = true
    setImmediate(() => {
      isTurnEnding = false
      if (stopped !== null) return
      log.endTurn()
      links.flush(log.rows)
    })
  }

  function wake(at: Micros): void {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => happen({ kind: 'timer' }), timerMs(micros(at - nodeClock())))
  }

  return {
    state,
    serve(id, request, answered) {
      if (stopped !== null) return answered({ kind: 'lost', why: stopped })
      const own = id === 0 ? nextRequest++ : id
      answers.set(own, answered)
      happen({ kind: 'request', id: own, request })
    },
    receive(from, message) {
      if (message.kind === 'append') log.rows.remember(message.entries)
      happen({ kind: 'message', from, message })
      if (message.kind === 'append') lag.appended()
    },
    loseCall: (call) => happen({ kind: 'call-lost', call }),
    connected: (peer) => happen({ kind: 'connected', peer }),
    disconnected: (peer) => happen({ kind: 'disconnected', peer }),
    flushed: (through) => log.flushed(through),
    hold: (from) => lag.hold(from),
    release: (from) => lag.release(from),
    setLag: (from, model) => lag.setLag(from, model),
    slowDisk: (by) => log.slow(by),
    slowApply: (by) => lag.slow(by),
    setSkew(by) {
      skew = by
      happen({ kind: 'clock', skew: by })
    },
    setShipperBuffer: (entries) => happen({ kind: 'shipper-buffer', entries }),
    stepDown: () => happen({ kind: 'step-down' }),
    begin: () => happen({ kind: 'continue' }),
    setCondition: (condition) => happen({ kind: 'condition', condition }),
    pause() {
      paused ??= []
    },
    resume() {
      const waiting = paused ?? []
      paused = null
      for (const event of waiting) happen(event)
      for (const peer of links.hearAgain()) {
        happen({ kind: 'disconnected', peer })
        happen({ kind: 'connected', peer })
      }
      lag.ask()
    },
    stop(why) {
      stopped = why
      for (const answered of answers.values()) answered({ kind: 'lost', why })
      answers.clear()
      log.checkpoints.stop()
      lag.stop()
      if (timer !== null) clearTimeout(timer)
    },
  }
}
