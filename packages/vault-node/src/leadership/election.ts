/**
 * How a node becomes active (raft, with a trial vote before each real one; vault-consistency 4.6).
 * Always holds: nobody is voted for whose log lacks something that the voter has; a node that hears the active node votes for nobody
 * else, unless that node itself asked for it; a trial changes nothing, so that a node that was cut off disturbs nobody.
 */

import { micros, term as asTerm, type Micros, type NodeId, type Term, type WalIndex } from '@fourtwelve/protocol'
import { headTerm } from '../log/log.ts'
import type { NodeState } from '../node-state.ts'
import { failCalls } from '../peers/calls.ts'
import type { PeerMessage } from '../peers/peer-message.ts'
import type { Turn } from '../turn.ts'
import { adoptTerm } from './follow.ts'
import { becomeActive } from './become-active.ts'
import { awaitActive, draw, quorum, steady, tellBallot, waitUntil } from './leadership.ts'

type MessageOf<K extends PeerMessage['kind']> = Extract<PeerMessage, { readonly kind: K }>

/** Parts of the election time-out. A vote that came to nothing is tried again soon: a trial disturbs nobody. */
const AGAIN_AFTER = 0.1
const AGAIN_SPREAD = 0.5
/** A node that finds a majority and nobody who leads it waits this long at most: the whole cluster has just started. */
const AT_START_SPREAD = 0.02

/** A link was made: when nobody leads and this makes a majority, there is nothing to wait for. */
export function expectElection(node: NodeState, now: Micros): void {
  const { leadership, config, role, active } = node
  if (role === 'active' || active !== null || leadership.stage !== 'settled' || !reachesMajority(node)) return
  const soon = steady(node, now) + draw(leadership, 0, config.election_timeout * AT_START_SPREAD)
  waitUntil(leadership, Math.min(leadership.deadline, soon))
}

/** The active node has not been heard for too long, or nobody won. */
export function standWhenOverdue(turn: Turn): void {
  const { node, now } = turn
  const { leadership, config } = node
  if (node.role === 'active' || steady(node, now) < leadership.deadline) return
  if (node.active !== null) loseActive(turn)
  leadership.deadline = micros(
    steady(node, now) + draw(leadership, config.election_timeout * AGAIN_AFTER, config.election_timeout * AGAIN_SPREAD),
  )
  if (!reachesMajority(node)) return
  leadership.stage = 'asking'
  leadership.votes.clear()
  leadership.votes.add(node.id)
  if (quorum(node.nodes.length) === 1) return stand(turn, false)
  askAll(turn, asTerm(node.term + 1), true, false)
}

/** A performance standby that lost the active node is none any more, until another selects it. */
function loseActive(turn: Turn): void {
  failCalls(turn)
  turn.node.active = null
  turn.node.role = 'standby'
}

/** The active node gives its place to this one. */
export function takeOver(turn: Turn): void {
  if (turn.node.role !== 'active') stand(turn, true)
}

function stand(turn: Turn, transfer: boolean): void {
  const { node } = turn
  const { leadership } = node
  adoptTerm(turn, asTerm(node.term + 1), node.id)
  leadership.stage = 'standing'
  leadership.askedAt = steady(node, turn.now)
  leadership.votes.clear()
  leadership.votes.add(node.id)
  if (leadership.votes.size >= quorum(node.nodes.length)) return becomeActive(turn)
  askAll(turn, node.term, false, transfer)
}

function askAll({ node, effects }: Turn, term: Term, trial: boolean, transfer: boolean): void {
  const message: PeerMessage = {
    kind: 'stand',
    term,
    lastTerm: headTerm(node.log),
    lastIndex: node.log.head,
    trial,
    transfer,
  }
  for (const peer of node.peers.values()) if (peer.connected) effects.push({ kind: 'send', to: peer.id, message })
}

/** Another wants to become active. */
export function receiveStand(turn: Turn, from: NodeId, asked: MessageOf<'stand'>): void {
  const { node } = turn
  const { leadership } = node
  const vote = (granted: boolean, term: Term): void =>
    void turn.effects.push({ kind: 'send', to: from, message: { kind: 'vote', term, granted, trial: asked.trial } })
  const isGood = hasAllOf(node, asked.lastTerm, asked.lastIndex)
  if (asked.trial) {
    const granted = asked.term > node.term && isGood && !hearsActive(node, turn.now)
    return vote(granted, granted ? asked.term : node.term)
  }
  if (!asked.transfer && asked.term > node.term && hearsActive(node, turn.now)) return
  if (asked.term > node.term) adoptTerm(turn, asked.term, null)
  const granted = asked.term === node.term && isGood && (leadership.votedFor === null || leadership.votedFor === from)
  if (granted) {
    if (leadership.votedFor === null) {
      leadership.votedFor = from
      tellBallot(turn)
    }
    awaitActive(node, turn.now)
    // Who wins by this vote takes it for a lease.
    leadership.promisedUntil = micros(steady(node, turn.now) + node.config.election_timeout / 2)
  }
  vote(granted, node.term)
}

/** Another has answered. */
export function receiveVote(turn: Turn, from: NodeId, { term, granted, trial }: MessageOf<'vote'>): void {
  const { node } = turn
  const { leadership } = node
  if (!granted) return term > node.term ? adoptTerm(turn, term, null) : undefined
  const wanted = trial ? 'asking' : 'standing'
  if (leadership.stage !== wanted || term !== (trial ? node.term + 1 : node.term)) return
  leadership.votes.add(from)
  if (leadership.votes.size < quorum(node.nodes.length)) return
  if (trial) stand(turn, false)
  else becomeActive(turn)
}

/** Whether a log that ends so has everything that this node has. */
function hasAllOf({ log }: NodeState, lastTerm: Term, lastIndex: WalIndex): boolean {
  const own = headTerm(log)
  return lastTerm > own || (lastTerm === own && lastIndex >= log.head)
}

/** Whether there is an active node, as far as this one knows; a node that came back may have known one. */
function hearsActive(node: NodeState, now: Micros): boolean {
  if (node.role === 'active' || steady(node, now) <= node.leadership.promisedUntil) return true
  return node.active !== null && steady(node, now) - node.leadership.heardAt < node.config.election_timeout
}

function reachesMajority(node: NodeState): boolean {
  let reached = 1
  for (const peer of node.peers.values()) if (peer.connected) reached += 1
  return reached >= quorum(node.nodes.length)
}
