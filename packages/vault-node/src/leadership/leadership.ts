/**
 * What a node knows of who leads: its promise, its time-outs, the votes that it has.
 * Always holds: a node votes once a term; its times are steady (they pass as time does, whatever its clock says), so that a clock that
 * is set shifts no lease; chance comes from a generator of its own, so that an election moves no other draw.
 */

import { micros, NO_INDEX, type Micros, type NodeId, type Term, type WalIndex } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import type { Turn } from '../turn.ts'

/** What must survive a crash, for the node never to vote twice in a term. */
export interface Ballot {
  readonly term: Term
  readonly votedFor: NodeId | null
}

export interface Leadership {
  /** For whom it voted in its term. */
  votedFor: NodeId | null
  /** `asking`: it wants to know who would vote for it; `standing`: it asks for votes. */
  stage: 'settled' | 'asking' | 'standing'
  readonly votes: Set<NodeId>
  /** When it last heard of the active node. */
  heardAt: Micros
  /** On any other than the active node: when it wants to become active. */
  deadline: Micros
  /** Before this it does not want to become active: it stepped down, or came back. */
  restsUntil: Micros
  /** Until then it votes for nobody: before it stopped it may have let an active node count on it for as long (heartbeat.ts). */
  promisedUntil: Micros
  /** When it asked for votes last: its lease counts from then, and who gave one holds to it as long. */
  askedAt: Micros
  /** The time-out that was drawn: from hearing of the active node to `deadline`. */
  timeout: Micros
  /** On the active node: until when a majority will follow nobody else. */
  leaseEnd: Micros
  /** On the active node: when it says again that it is there. */
  heartbeatAt: Micros
  /** On the active node: the first index of its own term. Nothing earlier is committed by counting alone (raft, 5.4.2). */
  begins: WalIndex
  /** It came back from its disk, or was deposed, and may have shown more than it knows now to be committed: it serves no reads until the
   *  active node told it. */
  isCatchingUp: boolean
  /** Everything that it may have shown is committed up to here; null while that is not known. */
  catchesUpTo: WalIndex | null
  /** The term in which the active node said where both logs are the same; null before. */
  agreedIn: Term | null
  /** Switch `index_after_election: unknown`: nothing of the new leadership was applied, so its index state is 0. */
  isStateUnknown: boolean
  /** The last number that was drawn. */
  chance: number
}

export const createLeadership = (seed: number): Leadership => ({
  votedFor: null,
  stage: 'settled',
  votes: new Set(),
  heardAt: micros(0),
  deadline: micros(0),
  restsUntil: micros(0),
  promisedUntil: micros(0),
  askedAt: micros(0),
  timeout: micros(0),
  leaseEnd: micros(0),
  heartbeatAt: micros(0),
  begins: NO_INDEX,
  isCatchingUp: false,
  catchesUpTo: null,
  agreedIn: null,
  isStateUnknown: false,
  // Zero would draw nothing but zeros.
  chance: seed >>> 0 || 1,
})

/** Time as it passes, on a node whose clock may have been set. */
export const steady = ({ clockSkew }: NodeState, now: Micros): Micros => micros(now - clockSkew)

/** How many nodes must agree: a majority of those configured. */
export const quorum = (nodes: number): number => Math.floor(nodes / 2) + 1

/** A time from `least` on, shorter than `least + spread`. */
export function draw(leadership: Leadership, least: number, spread: number): Micros {
  let drawn = leadership.chance
  drawn ^= drawn << 13
  drawn ^= drawn >>> 17
  drawn ^= drawn << 5
  leadership.chance = drawn >>> 0
  return micros(Math.floor(least + (leadership.chance / 2 ** 32) * spread))
}

/** When the node's part in leadership needs a timer, by its clock; null for a cluster of one that is led. */
export function nextLeadershipDeadline(node: NodeState): Micros | null {
  const { leadership, role, nodes, clockSkew } = node
  if (role === 'active' && nodes.length === 1) return null
  // The lease holds to its last microsecond.
  const at = role === 'active' ? Math.min(leadership.heartbeatAt, leadership.leaseEnd + 1) : leadership.deadline
  return micros(at + clockSkew)
}

/** Waits a whole time-out again, newly drawn. */
export function awaitActive(node: NodeState, now: Micros): void {
  const { leadership, config } = node
  leadership.heardAt = steady(node, now)
  leadership.timeout = draw(leadership, config.election_timeout, config.election_timeout)
  waitUntil(leadership, leadership.heardAt + leadership.timeout)
}

/** Sets the time at which the node wants to become active. */
export function waitUntil(leadership: Leadership, at: number): void {
  leadership.deadline = micros(Math.max(at, leadership.restsUntil))
}

/** Says what this node has promised, before anything that is said after it. */
export const tellBallot = ({ node, effects }: Turn): void =>
  void effects.push({ kind: 'ballot', ballot: { term: node.term, votedFor: node.leadership.votedFor } })

/** Vault's text for a request that was caught in the transition (vault-consistency 4.6). */
export const LEADERSHIP_LOST = 'active context canceled after getting state lock'
