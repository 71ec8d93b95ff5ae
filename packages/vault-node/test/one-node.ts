/** An active node alone, for tests: requests are served synchronously, its disk flushes at once, its clock is the test's. */

import {
  DEFAULT_SERVER_CONFIG,
  micros,
  MICROS_PER_SECOND,
  nodeId,
  term,
  vaultRequest,
  type ClusterId,
  type CryptoPort,
  type JsonObject,
  type Method,
  type Micros,
  type ServedReply,
  type ServerConfig,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type NodeEvent, type NodeState } from '@fourtwelve/vault-node'
import { createTestCrypto } from './test-crypto.ts'

const BEGINS_AT = micros(1_767_225_600 * MICROS_PER_SECOND)

export interface OneNode {
  readonly state: NodeState
  readonly rootToken: string
  readonly crypto: CryptoPort
  now(): Micros
  /** Lets time pass; due timers ring. */
  pass(time: Micros): void
  /** Lets anything happen to the node, and performs what it wants. */
  happen(event: NodeEvent): void
  send(request: VaultRequest): VaultReply
  /** A request with the root token unless another is given; null for none. */
  ask(method: Method, path: string, body?: JsonObject, token?: string | null): VaultReply
}

/** `rootToken` fixes the root token's text, as `vault server -dev -dev-root-token-id` does; null draws one. */
export function oneNode(config: ServerConfig = DEFAULT_SERVER_CONFIG, rootToken: string | null = null): OneNode {
  const crypto = createTestCrypto()
  const id = nodeId(0)
  const founding = { cluster: 'test-cluster' as ClusterId, clusterName: 'test', term: term(1), config }
  const founded = foundCluster(founding, rootToken, [], BEGINS_AT, crypto)
  const state = joinCluster({ ...founding, id, nodes: [id], active: id }, founded.entries, BEGINS_AT, crypto)
  let now: Micros = BEGINS_AT
  let wake: Micros | null = null
  let requests = 0
  const answers: ServedReply[] = []

  const happen = (event: NodeEvent): void => {
    for (const effect of step(state, event, now, crypto)) {
      if (effect.kind === 'append') happen({ kind: 'flushed', through: state.log.head })
      else if (effect.kind === 'continue') happen({ kind: 'continue' })
      else if (effect.kind === 'wake') wake = effect.at
      else if (effect.kind === 'reply') answers.push(effect.answer)
    }
  }

  const send = (request: VaultRequest): VaultReply => {
    requests += 1
    happen({ kind: 'request', id: requests, request })
    const answer = answers.pop()
    if (answer === undefined) throw new Error(`${request.method} ${request.path} was not answered`)
    return answer.reply
  }

  return {
    state,
    rootToken: founded.rootToken,
    crypto,
    now: () => now,
    pass(time) {
      const until = now + time
      while (wake !== null && wake <= until) {
        now = micros(Math.max(now, wake))
        wake = null
        happen({ kind: 'timer' })
      }
      now = micros(until)
    },
    happen,
    send,
    ask: (method, path, body, token = founded.rootToken) =>
      send(
        vaultRequest(method, path, {
          token,
          body: body === undefined ? { kind: 'none' } : { kind: 'json', value: body },
        }),
      ),
  }
}
