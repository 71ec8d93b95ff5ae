/** X-Vault-No-Request-Forwarding, and `disable_performance_standby` (vault-consistency 3.4, 3.5). */

import { seconds, type ForwardCause, type VaultRequest } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { errorsIn, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const BY_HEADER = { allow_forwarding_via_header: true } as const
const REDIRECTED = {
  reply: { status: 307, redirectTo: 'n0', body: null },
  served: { by: 'n1', forwarded: null, wrote: 0 },
}

/** Asks the standby. */
function askIt(group: NodeGroup, request: VaultRequest) {
  const id = group.begin(1, request)
  group.catchUp()
  return group.answerOf(id)
}

describe('a plain standby', () => {
  const plain = (): NodeGroup => new NodeGroup({ config: withConfig({}, {}, { disable_performance_standby: true }) })

  it('is what disable_performance_standby makes of all standbys: they forward reads too, and health says so', () => {
    const group = plain()
    expect([group.active.role, group.node(1).role]).toEqual(['active', 'standby'])
    expect(askIt(group, group.request('GET', 'auth/token/lookup-self'))?.served).toMatchObject({
      by: 'n0',
      forwarded: 'plain-standby' satisfies ForwardCause,
    })
    expect(group.ask(1, 'GET', 'sys/health').reply.status).toBe(429)
    expect(group.ask(0, 'GET', 'sys/health').reply.status).toBe(200)
  })

  it.each(['GET', 'POST'] as const)('that may not forward a %s names the active node', (method) => {
    const group = plain()
    const request = group.request(method, 'secret/data/a', { json: { data: {} }, noForwarding: true })
    expect(askIt(group, request)).toMatchObject(REDIRECTED)
    expect(group.ask(0, 'GET', 'secret/data/a').reply.status).toBe(404)
  })

  it('that knows of no active node says that instead', () => {
    const group = plain()
    group.node(1).active = null
    const answer = askIt(group, group.request('GET', 'secret/data/a', { noForwarding: true }))
    expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
      500,
      ['local node not active but active cluster node not found'],
    ])
  })
})

describe('a performance standby', () => {
  it('takes no notice at its storage: a write is forwarded, a token is made, a read is answered here', () => {
    const group = new NodeGroup()
    for (const [request, how] of [
      [group.request('POST', 'secret/data/a', { json: { data: {} } }), { by: 'n0', forwarded: 'write' }],
      [group.request('POST', 'auth/token/create', { json: {} }), { by: 'n1', forwarded: 'rpc' }],
      [group.request('GET', 'auth/token/lookup-self'), { by: 'n1', forwarded: null }],
    ] as const) {
      expect(askIt(group, { ...request, noForwarding: true })).toMatchObject({ reply: { status: 200 }, served: how })
    }
  })

  it('obeys where the whole request would be sent on: by header, by its token, by its path', () => {
    const group = new NodeGroup({ config: withConfig({}, { ...BY_HEADER, allow_forwarding_via_token: 'new_token' }) })
    const made = group.ask(0, 'POST', 'auth/token/create', { json: { num_uses: 5, policies: ['default'] } })
    const fresh = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'] } }))
    const rows = [
      group.request('GET', 'secret/data/a', { forward: 'active-node' }),
      group.request('GET', 'auth/token/lookup-self', { token: fresh }),
      group.request('GET', 'sys/ha-status'),
    ].map((request) => group.begin(1, { ...request, noForwarding: true }))
    for (const id of rows) expect(group.answerOf(id)).toMatchObject(REDIRECTED)
    group.catchUp()
    expect(
      askIt(group, group.request('GET', 'auth/token/lookup-self', { token: tokenIn(made), noForwarding: true })),
    ).toMatchObject(REDIRECTED)
  })
})

describe('a forward that fails', () => {
  it('says what it was sent on for, and that nobody else worked on it; what was not sent on has no cause', () => {
    const config = withConfig({}, BY_HEADER, { max_request_duration: seconds(5) })
    const rows: readonly (readonly [Partial<VaultRequest>, ForwardCause])[] = [
      [{}, 'write'],
      [{ forward: 'active-node' }, 'header'],
    ]
    for (const [given, cause] of rows) {
      const group = new NodeGroup({ config })
      const id = group.begin(1, group.request('POST', 'secret/data/a', { json: { data: {} }, ...given }))
      group.cut(0, 1)
      const lost = { reply: { status: 307 }, served: { node: 'n1', by: 'n1', forwarded: cause, wrote: 0 } }
      expect(group.answerOf(id)).toMatchObject(lost)
      const again = group.begin(1, group.request('POST', 'secret/data/a', { json: { data: {} }, ...given }))
      expect(group.answerOf(again)).toMatchObject({ reply: lost.reply, served: { ...lost.served, forwarded: null } })
      const made = group.begin(1, group.request('POST', 'auth/token/create', { json: {} }))
      const unsent = { reply: { status: 500 }, served: { by: 'n1', forwarded: null, wrote: 0 } }
      expect(group.answerOf(made)).toMatchObject(unsent)
      group.node(1).active = null
      const unled = group.begin(1, group.request('POST', 'secret/data/a', { json: { data: {} }, ...given }))
      expect(group.answerOf(unled)).toMatchObject(unsent)
    }
    const overdue = new NodeGroup({ config })
    const id = overdue.begin(1, overdue.request('POST', 'auth/token/create', { json: {} }))
    overdue.pass(seconds(5))
    expect(overdue.answerOf(id)).toMatchObject({ reply: { status: 500 }, served: { by: 'n1', forwarded: 'rpc' } })
  })
})
