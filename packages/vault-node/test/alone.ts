/** A cluster of nodes of which only the active one is there, for tests of what it does when nobody takes what it writes. */

import {
  micros,
  nodeId,
  seconds,
  term,
  vaultRequest,
  type ClusterId,
  type JsonObject,
  type Method,
  type Micros,
  type NodeId,
  type ServedReply,
  type ServerConfig,
  type VaultRequest,
  type WalEntry,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type Effect, type NodeEvent, type NodeState } from '@fourtwelve/vault-node'
import { createTestCrypto } from './test-crypto.ts'
import { withConfig } from './node-pair.ts'
import { beginTurn, endTurn, write } from '../dist/turn.js'

export const NOW: Micros = seconds(1_767_225_600)
export const crypto = createTestCrypto()

export interface Alone {
  readonly node: NodeState
  readonly root: string
  /** Everything that it wrote since it was made. */
  readonly entries: WalEntry[]
  /** What it wants done; its own disk flushes nothing. Without a time it is as late as it was. */
  happen(event: NodeEvent, now?: Micros): readonly Effect[]
  /** Lets microseconds pass; no timer rings. */
  pass(time: number): void
  /** Sends a request with the root token unless another is given. Answers what it wants done. */
  begin(method: Method, path: string, json?: JsonObject, given?: Partial<VaultRequest>): readonly Effect[]
  /** Everybody has what it wrote. */
  commit(now?: Micros): readonly Effect[]
  /** Writes so many entries of its own. */
  fill(count: number): void
}

/** `nodes` are the configured ones. */
export function alone(
  nodes: number,
  config: ServerConfig = withConfig({}),
  given: readonly VaultRequest[] = [],
): Alone {
  const ids: readonly NodeId[] = Array.from({ length: nodes }, (_, ordinal) => nodeId(ordinal))
  const founding = { cluster: 'alone' as ClusterId, clusterName: 'alone', term: term(1), config }
  const founded = foundCluster(founding, 'root', given, NOW, crypto)
  const options = { ...founding, id: nodeId(0), nodes: ids, active: nodeId(0) }
  const node = joinCluster(options, founded.entries, NOW, crypto)
  const entries: WalEntry[] = []
  let requests = 0
  let clock = NOW
  const happen: Alone['happen'] = (event, now = clock) => {
    clock = now
    const effects = step(node, event, now, crypto)
    for (const effect of effects) if (effect.kind === 'append') entries.push(...effect.entries)
    return effects
  }
  return {
    node,
    root: founded.rootToken,
    entries,
    happen,
    pass(time) {
      clock = micros(clock + time)
    },
    begin(method, path, json, rest = {}) {
      const body = json === undefined ? ({ kind: 'none' } as const) : ({ kind: 'json', value: json } as const)
      const request = vaultRequest(method, path, { token: founded.rootToken, body, ...rest })
      requests += 1
      return happen({ kind: 'request', id: requests, request })
    },
    commit(now = clock) {
      const { head } = node.log
      const flushed = happen({ kind: 'flushed', through: head }, now)
      const received = ids
        .slice(1)
        .flatMap((from) =>
          happen({ kind: 'message', from, message: { kind: 'received', term: node.term, received: head } }, now),
        )
      return [...flushed, ...received]
    },
    fill(count) {
      const turn = beginTurn(node, clock, crypto)
      for (let at = 0; at < count; at++) write(turn, 0, `logical/fill/${at % 100}`, {})
      entries.push(...turn.written)
      endTurn(turn)
    },
  }
}

/** Its answers to clients. */
export const repliesIn = (effects: readonly Effect[]): readonly ServedReply[] =>
  effects.flatMap((effect) => (effect.kind === 'reply' ? [effect.answer] : []))
