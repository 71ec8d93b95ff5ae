/**
 * One node in real time: hands it its events and performs its effects. Runs inside a worker thread.
 * Owns the node's disk, its links, its apply gate and its timers. Decides nothing.
 * Always holds: one event at a time; what a turn of the event loop appended becomes one row, one flush, one message a link.
 */

import { createApplyGate, type Answer, type ApplyGate, type Chance, type LagModel } from '@fourtwelve/cluster'
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
  type Snapshot,
} from '@fourtwelve/vault-node'
import { CHECKPOINT_EVERY_ENTRIES, createCheckpoints } from './checkpoints.ts'
import type { NodeLinks } from './node-links.ts'
import type { NodeStorage } from './node-storage.ts'
import { createRowCache } from './row-cache.ts'
import { packRow } from './rows.ts'
import type { Clock } from './wall-clock.ts'

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
  hold(): void
  release(): void
  setLag(lag: LagModel): void
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
  readonly lag: LagModel
  readonly chance: Chance
  /** Where the node's own requests start to be numbered: every node has a range of its own. */
  readonly firstRequest: number
  /** Entries from one checkpoint to the next; null: as many as is usual. */
  readonly checkpointEvery: number | null
  readonly clock: Clock
  readonly observe: (record: HistoryRecord) => void
}

/** Events that may wait while a node is paused; beyond, clients are turned away. */
const PAUSED_EVENTS_MAX = 100_000
/** Node's timers take at most this; a longer wait is taken in parts. */
const TIMER_MS_MAX = 2_000_000_000

export function createLiveNode(machine: NodeMachine): LiveNode {
  const { state, crypto, storage, links, clock, observe } = machine
  const gate: ApplyGate = createApplyGate(machine.lag, machine.chance, state.log.applied)
  const rows = createRowCache()
  const checkpoints = createCheckpoints(state, storage, machine.checkpointEvery ?? CHECKPOINT_EVERY_ENTRIES, putRow)
  const answers = new Map<number, (answer: Answer) => void>()
  let nextRequest = machine.firstRequest
  let appended: WalEntry[] = []
  let isTurnEnding = false
  let isContinuing = false
  /** Why it was stopped; null while it runs. */
  let stopped: string | null = null
  let paused: NodeEvent[] | null = null
  let timer: NodeJS.Timeout | null = null
  let gateTimer: NodeJS.Timeout | null = null

  function happen(event: NodeEvent): void {
    if (stopped !== null) return
    if (paused !== null) {
      if (paused.length >= PAUSED_EVENTS_MAX)
        throw new Error(`${state.id} is paused and ${PAUSED_EVENTS_MAX} events wait: resume it`)
      paused.push(event)
      return
    }
    for (const effect of step(state, event, clock(), crypto)) perform(effect)
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
        appended.push(...effect.entries)
        return endTurnSoon()
      case 'install':
        return install(effect.snapshot)
      case 'send':
        links.send(effect.to, effect.message)
        return endTurnSoon()
      case 'committed':
        observe({ kind: 'commit', t: clock(), node: state.id, index: effect.through })
        return checkpoints.committed()
      case 'commit-known':
        gate.learn(effect.through, effect.commitTime, clock())
        checkpoints.committed()
        return askGate()
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
      putRow()
      checkpoints.appended()
      links.flush(rows)
    })
  }

  function putRow(): void {
    if (appended.length === 0) return
    const row = rows.rowOf(appended) ?? packRow(appended)
    appended = []
    rows.keep(row, state.log.first)
    storage.append(row)
  }

  /** In place of the log: what this turn appended before it is in it. */
  function install({ index, chain, values }: Snapshot): void {
    appended = []
    checkpoints.installing()
    void storage.install(index, chain, values).then(() => {
      checkpoints.installed(index)
      happen({ kind: 'flushed', through: index })
    })
  }

  function wake(at: Micros): void {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => happen({ kind: 'timer' }), timerMs(micros(at - clock())))
  }

  function askGate(): void {
    const now = clock()
    const through = gate.due(now)
    if (through > state.log.due) happen({ kind: 'apply', through })
    const next = gate.next()
    if (gateTimer !== null) clearTimeout(gateTimer)
    gateTimer = next === null ? null : setTimeout(askGate, timerMs(micros(next - now)))
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
      if (message.kind === 'append') rows.remember(message.entries)
      happen({ kind: 'message', from, message })
      if (message.kind !== 'append') return
      gate.appended(clock())
      askGate()
    },
    loseCall: (call) => happen({ kind: 'call-lost', call }),
    connected: (peer) => happen({ kind: 'connected', peer }),
    disconnected: (peer) => happen({ kind: 'disconnected', peer }),
    flushed: (through) => happen({ kind: 'flushed', through }),
    hold: () => gate.hold(),
    release() {
      gate.release()
      askGate()
    },
    setLag(lag) {
      gate.setLag(lag, clock())
      askGate()
    },
    setCondition: (condition) => happen({ kind: 'condition', condition }),
    pause() {
      paused ??= []
    },
    resume() {
      const waiting = paused ?? []
      paused = null
      for (const event of waiting) happen(event)
      askGate()
    },
    stop(why) {
      stopped = why
      for (const answered of answers.values()) answered({ kind: 'lost', why })
      answers.clear()
      checkpoints.stop()
      if (timer !== null) clearTimeout(timer)
      if (gateTimer !== null) clearTimeout(gateTimer)
    },
  }
}

/** Rounded up: a timer that rings early would ring for nothing. */
const timerMs = (delay: Micros): number => Math.min(TIMER_MS_MAX, Math.max(0, Math.ceil(delay / 1000)))
