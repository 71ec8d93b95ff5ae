/**
 * How a cluster comes to be: a founding node alone writes mounts, policies, the root token and what the user gave, and every
 * node starts with those entries applied.
 * Always holds: the entries are ordinary ones, so a founded cluster is not special; all nodes begin equal.
 */

import {
  micros,
  type CryptoPort,
  type Epoch,
  type Micros,
  type NodeId,
  type ServedReply,
  type StoredValue,
  type VaultRequest,
  type WalEntry,
} from '@fourtwelve/protocol'
import { awaitActive } from './leadership/leadership.ts'
import { applyHeld } from './log/apply.ts'
import { deriveAll } from './log/derived-state.ts'
import { append } from './log/log.ts'
import { createNode, type NodeOptions, type NodeState } from './node-state.ts'
import { defaultMounts } from './paths/sys/default-mounts.ts'
import { BUILT_IN_POLICIES } from './policy/built-in-policies.ts'
import { step } from './step.ts'
import { GENERATION_KEY, mountKey, policyKey } from './storage-keys.ts'
import type { GenerationCounter } from './tokens/generation.ts'
import { mintRootToken } from './tokens/root-token.ts'
import { beginTurn, endTurn, write, writeTogether } from './turn.ts'
import { OWN_WORK } from './event.ts'

export interface Founding {
  readonly rootToken: string
  readonly entries: readonly WalEntry[]
  /** The answers to `requests`, in their order. */
  readonly replies: readonly ServedReply[]
}

/**
 * Writes the first entries of a cluster. `requests` are served as by a cluster of one node; those without a token get the root
 * token. The configuration's epoch begins behind them. `rootToken` fixes the root token's text; null draws one.
 */
export function foundCluster(
  options: Omit<NodeOptions, 'id' | 'nodes' | 'active'>,
  rootToken: string | null,
  requests: readonly VaultRequest[],
  now: Micros,
  crypto: CryptoPort,
): Founding {
  const id = 'founder' as NodeId
  const node = createNode({ ...options, id, nodes: [id], active: id })
  const entries: WalEntry[] = []
  const turn = beginTurn(node, now, crypto)
  for (const mount of defaultMounts(crypto)) write(turn, OWN_WORK, mountKey(mount.path), mount)
  for (const policy of BUILT_IN_POLICIES) write(turn, OWN_WORK, policyKey(policy.name), policy)
  const root = mintRootToken(turn, rootToken)
  const replies: ServedReply[] = []
  settle(node, endTurn(turn))
  for (const request of requests)
    settle(
      node,
      step(node, { kind: 'request', id: OWN_WORK, request: { ...request, token: request.token ?? root } }, now, crypto),
    )
  raiseEpoch()
  return { rootToken: root, entries, replies }

  /** Last, as when a cluster is promoted: what was given is of an older generation then. */
  function raiseEpoch(): void {
    const { epoch } = options.config
    if (epoch === 0) return
    const counter: GenerationCounter = { counter: epoch }
    const raising = beginTurn(node, now, crypto)
    write(raising, OWN_WORK, GENERATION_KEY, counter)
    settle(node, endTurn(raising))
  }

  function settle(founder: NodeState, effects: ReturnType<typeof step>): void {
    for (const effect of effects) {
      if (effect.kind === 'append') {
        entries.push(...effect.entries)
        settle(founder, step(founder, { kind: 'flushed', through: founder.log.head }, now, crypto))
      } else if (effect.kind === 'reply') replies.push(effect.answer)
      else if (effect.kind === 'continue') settle(founder, step(founder, { kind: 'continue' }, now, crypto))
    }
  }
}

/** A node that has the founding entries, durable, committed and applied. */
export function joinCluster(
  options: NodeOptions,
  entries: readonly WalEntry[],
  now: Micros,
  crypto: CryptoPort,
): NodeState {
  const node = createNode(options)
  for (const entry of entries) append(node.log, entry)
  node.log.received = node.log.head
  applyHeld(node, node.log.head, now, crypto)
  node.leadership.agreedIn = node.term
  for (const peer of node.peers.values()) {
    peer.sent = node.log.head
    peer.received = node.log.head
    peer.heardAt = now
  }
  awaitActive(node, now)
  if (node.role !== 'active') return node
  node.activeSince = now
  node.leadership.heartbeatAt = now
  node.leadership.leaseEnd = micros(now + options.config.election_timeout / 2)
  deriveAll(node)
  return node
}

/** Keys in one entry of a log that begins anew. */
const KEYS_AN_ENTRY = 512

/**
 * The entries of a log that begins anew with a state: after the promotion of a DR secondary, or with a restored backup. Its nodes begin
 * with them as with a founder's (`joinCluster`), in a term of their own. `epoch`: the generation
 * of what is issued from then on; null keeps that of the state.
 */
export function refoundCluster(
  options: Omit<NodeOptions, 'id' | 'nodes' | 'active'>,
  values: Iterable<readonly [string, StoredValue]>,
  epoch: Epoch | null,
  now: Micros,
  crypto: CryptoPort,
): readonly WalEntry[] {
  const id = 'founder' as NodeId
  const turn = beginTurn(createNode({ ...options, id, nodes: [id], active: id }), now, crypto)
  const all = Array.from(values, ([key, value]) => ({ key, value }))
  for (let at = 0; at < all.length; at += KEYS_AN_ENTRY)
    writeTogether(turn, OWN_WORK, all.slice(at, at + KEYS_AN_ENTRY))
  if (epoch !== null) {
    const counter: GenerationCounter = { counter: epoch }
    write(turn, OWN_WORK, GENERATION_KEY, counter)
  }
  return [...turn.written]
}
