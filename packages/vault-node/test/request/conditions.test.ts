import { milliseconds, seconds } from '@fourtwelve/protocol'
import type { NodeCondition } from '@fourtwelve/vault-node'
import { describe, expect, it } from 'vitest'
import { NodeGroup, withConfig } from '../node-pair.ts'

const FOLLOWS = 1

/** An active node and a performance standby that have the same secret applied. */
function group(options: ConstructorParameters<typeof NodeGroup>[0] = {}): NodeGroup {
  const made = new NodeGroup({ standbys: 2, ...options })
  made.ask(0, 'POST', 'secret/data/app', { json: { data: { v: 1 } } })
  made.catchUp()
  return made
}

const become = (made: NodeGroup, ordinal: number, condition: NodeCondition): void =>
  void made.happen(ordinal, { kind: 'condition', condition })

const read = (made: NodeGroup, ordinal: number): ReturnType<NodeGroup['ask']> =>
  made.ask(ordinal, 'GET', 'secret/data/app')
const write = (made: NodeGroup, ordinal: number): ReturnType<NodeGroup['ask']> =>
  made.ask(ordinal, 'POST', 'secret/data/app', { json: { data: { v: 2 } } })

const SEALED = { status: 503, index: null, body: { errors: ['Vault is sealed'] } }
const DR = { status: 400, index: null, body: { errors: ['path disabled in replication DR secondary mode'] } }

describe.each(['sealed', 'uninitialized'] as const)('a node that is %s', (condition) => {
  it.each([0, FOLLOWS])('refuses every logical path (n%i)', (ordinal) => {
    const made = group()
    become(made, ordinal, condition)
    for (const request of [
      made.request('GET', 'secret/data/app'),
      made.request('POST', 'secret/data/app', { json: { data: {} } }),
      made.request('GET', 'auth/token/lookup-self', { token: null }),
      made.request('POST', 'auth/userpass/login/ann', { json: { password: 'x' }, token: null }),
      made.request('GET', 'sys/replication/status', { token: null }),
      made.request('GET', 'sys/ha-status'),
      made.request('LIST', 'nosuch/'),
      made.request('GET', 'secret/data/app', { index: ['garbage'] }),
    ]) {
      expect(made.send(ordinal, request).reply).toEqual(SEALED)
    }
  })

  it('says so of the token check on a path that only it may answer', () => {
    const made = group()
    become(made, FOLLOWS, condition)
    expect(made.ask(FOLLOWS, 'GET', 'sys/metrics').reply).toMatchObject({
      status: 503,
      body: { errors: ['error performing token check: Vault is sealed'] },
    })
  })

  it('refuses a header that is switched off before it speaks of itself', () => {
    const made = group()
    become(made, 0, condition)
    expect(made.ask(0, 'GET', 'secret/data/app', { forward: 'active-node' }).reply.status).toBe(400)
  })

  it('writes nothing for its standbys: a forward is sent to it, a call fails', () => {
    const made = group()
    const { head } = made.active.log
    become(made, 0, condition)
    expect(write(made, FOLLOWS).reply).toMatchObject({ status: 307, redirectTo: 'n0' })
    const minted = made.ask(FOLLOWS, 'POST', 'auth/token/create', { json: {} })
    expect(minted.reply).toMatchObject({ status: 500, body: { errors: ['1 error occurred:\n\t* internal error\n\n'] } })
    expect(made.active.log.head).toBe(head)
    expect(made.node(FOLLOWS).waiting.calls.size).toBe(0)
    // What a standby has it still answers.
    expect(read(made, FOLLOWS).reply.status).toBe(200)
  })

  it('serves again when it is normal, with all that was written meanwhile', () => {
    const made = group()
    become(made, FOLLOWS, condition)
    expect(write(made, 0).reply.status).toBe(200)
    made.catchUp()
    become(made, FOLLOWS, 'normal')
    expect(read(made, FOLLOWS).reply).toMatchObject({ status: 200, body: { data: { data: { v: 2 } } } })
  })

  it('revokes no expired token until it is normal again', () => {
    const made = group()
    const created = made.ask(0, 'POST', 'auth/token/create', { json: { ttl: '10s', policies: ['default'] } })
    const auth = created.reply.body?.['auth'] as { readonly client_token: string }
    made.settle()
    become(made, 0, condition)
    const { head } = made.active.log
    made.pass(seconds(60))
    made.settle()
    expect(made.active.log.head).toBe(head)
    become(made, 0, 'normal')
    made.pass(milliseconds(1))
    made.settle()
    expect(made.active.log.head).toBeGreaterThan(head)
    expect(made.ask(0, 'GET', 'auth/token/lookup-self', { token: auth.client_token }).reply.status).toBe(403)
  })
})

it('a request that was on its way to the active node when that was sealed is lost there', () => {
  const made = group()
  const id = made.begin(FOLLOWS, made.request('POST', 'secret/data/app', { json: { data: { v: 2 } } }))
  become(made, 0, 'sealed')
  made.settle()
  expect(made.answerOf(id)?.reply).toMatchObject({ status: 307, redirectTo: 'n0' })
})

it('an answer that was ready before a node was sealed still leaves', () => {
  const made = group()
  const id = made.begin(0, made.request('POST', 'secret/data/app', { json: { data: { v: 2 } } }))
  expect(made.answerOf(id)).toBeNull()
  become(made, 0, 'sealed')
  made.settle()
  expect(made.answerOf(id)?.reply.status).toBe(200)
})

describe('a node of a DR secondary', () => {
  it.each([0, FOLLOWS])('serves no client, on any path that is not about it (n%i)', (ordinal) => {
    const made = group()
    become(made, ordinal, 'dr-secondary')
    for (const request of [
      made.request('GET', 'secret/data/app'),
      made.request('GET', 'auth/token/lookup-self'),
      made.request('GET', 'sys/license/status'),
      made.request('GET', 'sys/storage/raft/configuration'),
      made.request('GET', 'sys/metrics'),
      made.request('GET', 'nosuch/path', { token: null }),
    ]) {
      expect(made.send(ordinal, request).reply).toEqual(DR)
    }
    expect(made.ask(ordinal, 'GET', 'sys/replication/dr/status', { token: null }).reply.status).toBe(200)
    expect(made.ask(ordinal, 'GET', 'sys/leader', { token: null }).reply.status).toBe(200)
  })

  it('that is active refuses what its standbys send on', () => {
    const made = group()
    const { head } = made.active.log
    become(made, 0, 'dr-secondary')
    expect(write(made, FOLLOWS).reply).toEqual(DR)
    expect(made.ask(FOLLOWS, 'POST', 'auth/token/create', { json: {} }).reply).toEqual(DR)
    expect(made.active.log.head).toBe(head)
  })
})

describe('a plain standby', () => {
  it('forwards everything, and waits for none of it', () => {
    const made = group()
    become(made, FOLLOWS, 'plain-standby')
    const answered = read(made, FOLLOWS)
    expect(answered.reply.status).toBe(200)
    expect(answered.served).toMatchObject({ node: 'n1', by: 'n0', forwarded: 'plain-standby' })
    // Nothing is applied here, and still the answer has left.
    expect(write(made, FOLLOWS).reply.status).toBe(200)
    expect(made.node(FOLLOWS).log.applied).toBeLessThan(made.active.log.head)
  })

  it('never answers 412: the active node judges the index', () => {
    const made = group()
    const { index } = write(made, 0).reply
    const ask = (ordinal: number): number =>
      made.ask(ordinal, 'GET', 'secret/data/app', { index: [index ?? ''] }).reply.status
    expect(ask(FOLLOWS)).toBe(412)
    become(made, FOLLOWS, 'plain-standby')
    expect(ask(FOLLOWS)).toBe(200)
    become(made, FOLLOWS, 'normal')
    expect(ask(FOLLOWS)).toBe(412)
  })

  it('cannot forward what only it may answer', () => {
    const made = group()
    become(made, FOLLOWS, 'plain-standby')
    expect(made.ask(FOLLOWS, 'GET', 'sys/metrics').reply).toMatchObject({
      status: 400,
      body: { errors: ['cannot forward local-only request'] },
    })
  })

  it('that was the active node knows of no other, and takes nothing from its standbys', () => {
    const made = group()
    const { head } = made.active.log
    become(made, 0, 'plain-standby')
    const nobody = { errors: ['local node not active but active cluster node not found'] }
    expect(read(made, 0).reply).toMatchObject({ status: 500, body: nobody })
    expect(write(made, 0).reply).toMatchObject({ status: 500, body: nobody })
    expect(write(made, FOLLOWS).reply).toMatchObject({ status: 500, body: nobody })
    expect(made.active.log.head).toBe(head)
    become(made, 0, 'normal')
    expect(write(made, 0).reply.status).toBe(200)
  })
})

it('a community standby stays what it is under every condition that is over', () => {
  const made = group({ config: withConfig({ edition: 'community' }) })
  for (const condition of ['sealed', 'dr-secondary', 'plain-standby', 'uninitialized', 'normal'] as const) {
    become(made, FOLLOWS, condition)
  }
  expect(read(made, FOLLOWS).served.forwarded).toBe('plain-standby')
})
