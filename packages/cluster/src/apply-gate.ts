/**
 * The gate of one link: decides when a standby may apply what has been committed. It is the lag: the time from commit
 * on the active node to applied on the standby.
 * Plain and synchronous, without a clock or a timer: whoever drives it says what time it is, so that virtual time and real
 * time use the same one.
 * Always holds: what may be applied never falls; entries never overtake; nothing is due before it is known here, nor before
 * its commit time plus its lag.
 */

import { micros, milliseconds, NO_INDEX, walIndex, type Micros, type WalIndex } from '@fourtwelve/protocol'
import type { Chance } from './cluster.ts'
import { lagDefect } from './lag-defect.ts'
import { RAFT_HEARTBEAT_MS, type LagModel } from './lag-model.ts'
import { sampler } from './lag-sampler.ts'
import { spikeAdder } from './lag-spikes.ts'
import { PendingCommits } from './pending-commits.ts'

/**
 * Driving it: after every call ask `due(now)`, apply what it answers, and come back at `next()`. `now` may stand still but
 * must not go back.
 */
export interface ApplyGate {
  /**
   * At `now` the standby has learned that everything up to `through` is committed, since `commitTime` on the active node.
   * What it knew already is ignored and takes nothing from the stream.
   */
  learn(through: WalIndex, commitTime: Micros, now: Micros): void
  /**
   * An append message arrived at `now`. With `raft` it tells of every commit learned so far, so call `learn` first with what
   * the message says. Drawn lags take no notice.
   */
  appended(now: Micros): void
  /** The highest index that may be applied at `now`; `from` when nothing was yet. While held it stays where it is. */
  due(now: Micros): WalIndex
  /** When `due` rises next, maybe already past; null when nothing waits, or while held. */
  next(): Micros | null
  /** Freezes `due`. Commits are still learned, and their lag runs. */
  hold(): void
  /** Ends `hold`: everything that is due meanwhile is due at once. */
  release(): void
  /**
   * From now on the link lags so. What waits is drawn again from its commit time, as one draw a commit time or an entry: who
   * sets the lag to 0 sees everything appear, who raises it sees nothing new until it has passed.
   * @throws Error when the model has a defect; the gate is then unchanged.
   */
  setLag(model: LagModel, now: Micros): void
}

/**
 * A gate for one link.
 * @param chance the link's own stream. Nothing else may draw from it.
 * @param from what is applied already: a standby after a restart, or behind a new active node, does not start at the first entry.
 * @throws Error when the model has a defect; ask `lagDefect` first where it comes from a person.
 */
export function createApplyGate(model: LagModel, chance: Chance, from: WalIndex = NO_INDEX): ApplyGate {
  const pending = new PendingCommits()
  let rule = dueRule(model, chance)
  let known = from
  let applicable = from
  let held = false

  const schedule = (through: WalIndex, commitTime: Micros, now: Micros): void => {
    rule.schedule(pending, { after: known, through, commitTime, now })
    known = through
  }

  return {
    learn(through, commitTime, now) {
      if (through > known) schedule(through, commitTime, now)
    },
    appended(now) {
      if (rule.appendTells) pending.hasten(now)
    },
    due(now) {
      if (!held) applicable = walIndex(Math.max(applicable, pending.takeDue(now)))
      return applicable
    },
    next: () => (held ? null : pending.firstDue()),
    hold() {
      held = true
    },
    release() {
      held = false
    },
    setLag(changed, now) {
      rule = dueRule(changed, chance)
      known = applicable
      for (const waiting of pending.drain()) schedule(waiting.through, waiting.commitTime, now)
    },
  }
}

/** Entries that draw a lag of their own in one `learn`. Of more, which is a standby that catches up, the oldest share a draw. */
export const MAX_ENTRY_DRAWS = 4_096

/** Everything after `after`, up to `through`, was committed at `commitTime` and is known at `now`. */
interface Commit {
  readonly after: WalIndex
  readonly through: WalIndex
  readonly commitTime: Micros
  readonly now: Micros
}

/** How a model gives due times. */
interface DueRule {
  readonly appendTells: boolean
  schedule(pending: PendingCommits, commit: Commit): void
}

function dueRule(model: LagModel, chance: Chance): DueRule {
  const defect = lagDefect(model)
  if (defect !== null) throw new Error(`cannot lag a link: ${defect}`)
  return model.kind === 'raft' ? raftRule(chance) : drawnRule(model, chance)
}

function drawnRule(model: LagModel & { readonly kind: 'drawn' }, chance: Chance): DueRule {
  const spike = model.spikes === null ? null : spikeAdder(model.spikes, chance)
  const lag = sampler(model.from, chance)
  const dueTime = ({ commitTime, now }: Commit): Micros =>
    micros(Math.max(now, commitTime + lag() + (spike === null ? 0 : spike(commitTime))))

  const batch = (pending: PendingCommits, commit: Commit): void =>
    pending.push(commit.through, commit.commitTime, dueTime(commit))
  // An entry that draws less than one before it waits for that one: the queue sees to it (simulation-and-checking 5.3).
  const entries = (pending: PendingCommits, commit: Commit): void => {
    const first = Math.max(commit.after + 1, commit.through - MAX_ENTRY_DRAWS + 1)
    for (let index = first; index <= commit.through; index++) {
      pending.push(walIndex(index), commit.commitTime, dueTime(commit))
    }
  }
  return { appendTells: false, schedule: model.sample === 'batch' ? batch : entries }
}

/**
 * What a follower does: it hears of a commit with the next append, or else with a heartbeat, every RAFT_HEARTBEAT_MS from a
 * phase of its own. So an idle cluster lags more than a busy one.
 */
function raftRule(chance: Chance): DueRule {
  const phase = chance.below(HEARTBEAT)
  const heartbeat = (now: Micros): Micros => micros(now + ((HEARTBEAT + phase - (now % HEARTBEAT)) % HEARTBEAT))
  return {
    appendTells: true,
    schedule: (pending, { through, commitTime, now }) => pending.push(through, commitTime, heartbeat(now)),
  }
}

const HEARTBEAT: Micros = milliseconds(RAFT_HEARTBEAT_MS)
