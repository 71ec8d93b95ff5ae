import {
  DEFAULT_SERVER_CONFIG,
  micros,
  nodeId,
  seconds,
  term,
  vaultRequest,
  type ClusterId,
  type JsonObject,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type Effect, type NodeState } from '@fourtwelve/vault-node'
import { beforeEach, describe, expect, it } from 'vitest'
import { FAILURES_KEPT, noteFailure } from '../../../dist/paths/auth/userpass/lockout.js'
import { oneNode, type OneNode } from '../../one-node.ts'
import { createTestCrypto } from '../../test-crypto.ts'

const MINUTES = 60
const INVALID = { status: 400, body: { errors: ['invalid username or password'] } }
const LOCKED = { status: 403, body: { errors: ['permission denied'] } }

const setUp = (node: OneNode): void => {
  node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
  for (const name of ['ann', 'bob']) node.ask('POST', `auth/userpass/users/${name}`, { password: 'pw' })
}
const logIn = (node: OneNode, name: string, password = 'pw'): VaultReply =>
  node.ask('POST', `auth/userpass/login/${name}`, { password }, null)
const fail = (node: OneNode, name: string, times: number): void => {
  for (let time = 0; time < times; time++) expect(logIn(node, name, 'no')).toMatchObject(INVALID)
}

describe('user lockout', () => {
  let node: OneNode
  beforeEach(() => {
    node = oneNode()
    setUp(node)
  })

  it('locks a user after the fifth wrong password, in one write, and nobody else', () => {
    fail(node, 'ann', 4)
    const before = node.state.log.head
    fail(node, 'ann', 1)
    expect(node.state.log.head - before).toBe(1)
    expect(logIn(node, 'ann')).toMatchObject(LOCKED)
    expect(logIn(node, 'ann', 'no')).toMatchObject(LOCKED)
    expect(logIn(node, 'bob').status).toBe(200)
  })

  it('ends after 15 minutes', () => {
    fail(node, 'ann', 5)
    node.pass(micros(seconds(15 * MINUTES) - 1))
    expect(logIn(node, 'ann')).toMatchObject(LOCKED)
    node.pass(micros(1))
    expect(logIn(node, 'ann').status).toBe(200)
  })

  it('holds on a node that does not remember the failures', () => {
    fail(node, 'ann', 5)
    node.state.loginFailures.clear()
    expect(logIn(node, 'ann')).toMatchObject(LOCKED)
    node.pass(seconds(15 * MINUTES))
    expect(logIn(node, 'ann').status).toBe(200)
  })

  it('forgets wrong passwords after a right one, and after 15 minutes of quiet', () => {
    fail(node, 'ann', 4)
    expect(logIn(node, 'ann').status).toBe(200)
    fail(node, 'ann', 4)
    node.pass(micros(seconds(15 * MINUTES) + 1))
    fail(node, 'ann', 4)
    expect(logIn(node, 'ann').status).toBe(200)
  })

  it('does not count names that nobody has', () => {
    fail(node, 'nobody', 7)
    expect(node.state.loginFailures.size).toBe(0)
  })

  it('remembers a bounded number of users, the latest ones', () => {
    for (let user = 0; user <= FAILURES_KEPT; user++) {
      noteFailure(node.state, { mountAccessor: 'm', name: `u${user}` }, node.now())
    }
    expect(node.state.loginFailures.size).toBe(FAILURES_KEPT)
    expect(node.state.loginFailures.has('m/u0')).toBe(false)
    expect(node.state.loginFailures.has(`m/u${FAILURES_KEPT}`)).toBe(true)
  })

  it('can be switched off', () => {
    const { switches } = DEFAULT_SERVER_CONFIG
    const lenient = oneNode({ ...DEFAULT_SERVER_CONFIG, switches: { ...switches, user_lockout: 'off' } })
    setUp(lenient)
    fail(lenient, 'ann', 9)
    expect(logIn(lenient, 'ann').status).toBe(200)
  })
})

describe('user lockout on a standby', () => {
  const crypto = createTestCrypto()
  const now = seconds(1_767_225_600)
  const cluster = {
    cluster: 'test-cluster' as ClusterId,
    clusterName: 'test',
    term: term(1),
    config: DEFAULT_SERVER_CONFIG,
    nodes: [nodeId(0), nodeId(1)],
    active: nodeId(0),
  }
  const request = (path: string, body: JsonObject): VaultRequest =>
    vaultRequest('POST', path, { body: { kind: 'json', value: body } })
  const founded = foundCluster(
    cluster,
    null,
    [request('sys/auth/userpass', { type: 'userpass' }), request('auth/userpass/users/ann', { password: 'pw' })],
    now,
    crypto,
  )
  const send = (standby: NodeState, id: number, password: string): readonly Effect[] =>
    step(standby, { kind: 'request', id, request: request('auth/userpass/login/ann', { password }) }, now, crypto)

  it('calls the active node to store the lock, and answers as for any wrong password', () => {
    const standby = joinCluster({ ...cluster, id: nodeId(1) }, founded.entries, now, crypto)
    step(standby, { kind: 'connected', peer: nodeId(0) }, now, crypto)
    for (let id = 1; id <= 4; id++) {
      expect(send(standby, id, 'no')).toMatchObject([{ kind: 'reply', id, answer: { reply: INVALID } }])
    }
    const effects = send(standby, 5, 'no')
    const call = effects.find((effect) => effect.kind === 'send')
    expect(call).toMatchObject({
      to: nodeId(0),
      message: { kind: 'call', what: { kind: 'lock-user', name: 'ann', until: now + seconds(15 * MINUTES) } },
    })
    expect(send(standby, 6, 'pw')).toMatchObject([{ kind: 'reply', id: 6, answer: { reply: LOCKED } }])

    const active = joinCluster({ ...cluster, id: nodeId(0) }, founded.entries, now, crypto)
    step(active, { kind: 'connected', peer: nodeId(1) }, now, crypto)
    if (call?.kind !== 'send') throw new Error('the standby sent nothing')
    step(active, { kind: 'message', from: nodeId(1), message: call.message }, now, crypto)
    expect([...active.store.entries()].map(([key]) => key)).toContainEqual(
      expect.stringMatching(/^core\/login\/locked-users\/auth_userpass_[0-9a-f]{8}\/ann$/),
    )
  })
})
