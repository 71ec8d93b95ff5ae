/**
 * The lag of the link that commits come by: when what is committed may be applied here, and the timer that says so.
 * Always holds: one gate at a time, that of the link from the active node; what was done to a link counts whenever that link is the one.
 */

import { createApplyGate, type ApplyGate, type Chance, type LagModel } from '@fourtwelve/cluster'
import { micros, type Micros, type NodeId, type WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { timerMs, type Clock } from './wall-clock.ts'

export interface LinkLag {
  /** Commits come from this node from now on. */
  follow(active: NodeId): void
  /** Everything up to `through` is committed, since `commitTime`. */
  learn(through: WalIndex, commitTime: Micros): void
  /** Entries came. */
  appended(): void
  hold(active: NodeId): void
  release(active: NodeId): void
  setLag(active: NodeId, lag: LagModel): void
  /** From now on everything is applied so much later. */
  slow(by: Micros): void
  /** The gate's mind may have changed, or the node's time has. */
  ask(): void
  stop(): void
}

export interface LinkLagOptions {
  readonly state: NodeState
  /** By the node at the other end; `lag` is that of the others. */
  readonly lags: Iterable<readonly [NodeId, LagModel]>
  readonly lag: LagModel
  readonly chance: Chance
  readonly clock: Clock
  /** The lag has passed for everything up to here. */
  readonly due: (through: WalIndex) => void
}

export function createLinkLag({ state, lags: given, lag: usual, chance, clock, due }: LinkLagOptions): LinkLag {
  const lags = new Map(given)
  const held = new Set<NodeId>()
  let from = state.active ?? state.id
  let gate = gateFrom(from)
  /** In microseconds. */
  let later = 0
  /** A gate's time never goes back, also when applying becomes slower. */
  let gateTime = 0
  let timer: NodeJS.Timeout | null = null

  function gateFrom(active: NodeId): ApplyGate {
    const made = createApplyGate(lags.get(active) ?? usual, chance, state.log.due)
    if (held.has(active)) made.hold()
    return made
  }

  function ask(): void {
    const now = clock()
    gateTime = Math.max(gateTime, now - later)
    const through = gate.due(micros(gateTime))
    if (through > state.log.due) due(through)
    const next = gate.next()
    if (timer !== null) clearTimeout(timer)
    timer = next === null ? null : setTimeout(ask, timerMs(micros(next + later - now)))
  }

  return {
    follow(active) {
      from = active
      gate = gateFrom(active)
      ask()
    },
    learn(through, commitTime) {
      gate.learn(through, commitTime, clock())
      ask()
    },
    appended() {
      gate.appended(clock())
      ask()
    },
    hold(active) {
      held.add(active)
      if (active === from) gate.hold()
    },
    release(active) {
      held.delete(active)
      if (active !== from) return
      gate.release()
      ask()
    },
    setLag(active, lag) {
      lags.set(active, lag)
      if (active !== from) return
      gate.setLag(lag, clock())
      ask()
    },
    slow(by) {
      later = by
      ask()
    },
    ask,
    stop() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
