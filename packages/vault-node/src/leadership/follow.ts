/**
 * How a node follows: terms, and whom it takes for active.
 * Always holds: a term never goes back; with a new term the vote is free again; what a node says in a term that is over is told so
 * and counts for nothing.
 */

import { walIndex, type NodeId, type Term } from '@fourtwelve/protocol'
import { termAt } from '../log/log.ts'
import { roleOfStandby } from '../node-state.ts'
import { failCalls } from '../peers/calls.ts'
import type { PeerMessage, TermRun } from '../peers/peer-message.ts'
import type { Turn } from '../turn.ts'
import { awaitActive, steady, tellBallot, waitUntil } from './leadership.ts'
import { resign } from './resign.ts'

/** Enters a term, voting for `votedFor` or nobody yet; an active node of an older one gives up. */
export function adoptTerm(turn: Turn, term: Term, votedFor: NodeId | null): void {
  const { node } = turn
  const { leadership } = node
  if (node.role === 'active') resign(turn)
  if (node.active !== null) failCalls(turn)
  node.active = null
  node.role = 'standby'
  node.term = term
  leadership.stage = 'settled'
  leadership.votedFor = votedFor
  tellBallot(turn)
}

/** Something that only the active node of a term says. Whether it is to be listened to. */
export function hearActive(turn: Turn, from: NodeId, term: Term): boolean {
  const { node, now, effects } = turn
  const { leadership } = node
  if (term < node.term) {
    effects.push({ kind: 'send', to: from, message: { kind: 'stale', term: node.term } })
    return false
  }
  if (term > node.term) adoptTerm(turn, term, null)
  else if (node.role === 'active')
    throw new Error(
      `${node.id} and ${from} are both active in term ${term}: two majorities voted, or a ballot was lost`,
    )
  if (node.active !== from) follow(turn, from)
  leadership.heardAt = steady(node, now)
  waitUntil(leadership, leadership.heardAt + leadership.timeout)
  return true
}

/** Something that is said to the active node of a term: counts only for it. */
export function hearStandby(turn: Turn, term: Term): boolean {
  const { node } = turn
  if (term > node.term) adoptTerm(turn, term, null)
  return term === node.term && node.role === 'active'
}

/** What was said belonged to a term that is over. */
export function hearStale(turn: Turn, term: Term): void {
  if (term > turn.node.term) adoptTerm(turn, term, null)
}

function follow(turn: Turn, active: NodeId): void {
  const { node, effects } = turn
  const { leadership, log, config } = node
  failCalls(turn)
  node.active = active
  leadership.stage = 'settled'
  awaitActive(node, turn.now)
  if (!leadership.isCatchingUp) node.role = roleOfStandby(config)
  // What lies behind the commit may be another leadership's.
  if (leadership.agreedIn !== node.term) log.matched = walIndex(Math.min(log.matched, log.committed))
  if (config.switches.index_after_election === 'unknown') {
    leadership.isStateUnknown = true
    log.shipped = walIndex(0)
  }
  effects.push({ kind: 'follow', active })
  if (log.committed > log.due)
    effects.push({ kind: 'commit-known', through: log.committed, commitTime: log.committedAt })
  // It may have asked when this node did not listen yet.
  if (node.peers.get(active)?.connected === true) effects.push({ kind: 'send', to: active, message: thisFar(turn) })
}

/** The answer to how-far: where this node's log stands, so that the active node finds where both are the same. */
export function thisFar({ node }: Turn): PeerMessage {
  const { log, term } = node
  const agreed = walIndex(Math.min(log.matched, log.committed, log.received))
  const terms: TermRun[] = []
  for (let index = agreed + 1; index <= log.received; index++) {
    const from = walIndex(index)
    const written = termAt(log, from)
    if (written !== null && terms.at(-1)?.term !== written) terms.push({ term: written, from })
  }
  return { kind: 'this-far', term, received: log.received, agreed, terms }
}
