/** The index in a token (vault-consistency 1.5): ten steps, in their order, and what each answers. */

import { base64Url, encodeServiceToken, epoch, fromBase64Url, walIndex } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createTestCrypto } from '../test-crypto.ts'
import { errorsIn, givenUser, login, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const MISSING = ['required index state not present']
const UNKNOWN = ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']
const LEASE_MISSING = [
  'error performing token check: no lease entry found for token that ought to have one, possible eventual consistency issue',
]
const NEW_TOKEN = { allow_forwarding_via_token: 'new_token' } as const
const crypto = createTestCrypto()

const INNER = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX'

/** A child of root on the active node; the standby has nothing of it yet. */
const fresh = (group: NodeGroup): string =>
  tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['default'], ttl: '1h' } }))

const lookupSelf = (group: NodeGroup, token: string, ordinal = 1): ReturnType<NodeGroup['ask']> =>
  group.ask(ordinal, 'GET', 'auth/token/lookup-self', { token })

describe('a fresh token on a standby that lags', () => {
  test('is a 412 without X-Vault-Index until its last entry is applied, and accepted then', () => {
    const group = new NodeGroup()
    const before = group.active.log.head
    const token = fresh(group)
    const { head } = group.active.log
    // Accessor, parent index, entry, lease.
    expect(head - before).toBe(4)
    for (let through = before; through < head; through++) {
      group.apply(1, walIndex(through))
      const answer = lookupSelf(group, token)
      expect(answer.reply).toMatchObject({ status: 412, index: null })
      expect(errorsIn(answer)).toEqual(MISSING)
    }
    group.apply(1, head)
    expect(lookupSelf(group, token).reply.status).toBe(200)
  })

  test('is accepted on the active node at once, also before a majority has it', () => {
    const group = new NodeGroup()
    const id = group.begin(0, group.request('POST', 'auth/token/create', { json: {} }))
    group.settle()
    const answer = group.answerOf(id)
    if (answer === null) throw new Error('the token was not created')
    expect(lookupSelf(group, tokenIn(answer), 0).reply.status).toBe(200)
  })

  test('under new_token it is forwarded, and served here as soon as it is here', () => {
    const group = new NodeGroup({ config: withConfig({}, NEW_TOKEN) })
    const token = fresh(group)
    const early = group.begin(1, group.request('GET', 'auth/token/lookup-self', { token }))
    group.settle()
    expect(group.answerOf(early)).toBeNull()
    group.catchUp()
    expect(group.answerOf(early)?.reply.status).toBe(200)
    const { required = 0, ...served } = group.answerOf(early)?.served ?? {}
    expect(served).toMatchObject({ by: 'n0', forwarded: 'new-token', waitTimedOut: false })
    // What the token names is what was written for it.
    expect(required).toBe(group.active.log.head)
    expect(lookupSelf(group, token).served).toMatchObject({ by: 'n1', forwarded: null })
  })

  test('with a custom id carries no index: 403, then 500 between entry and lease, then 200', () => {
    const group = new NodeGroup()
    const before = group.active.log.head
    const whole = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { id: 'custom-id', ttl: '1h' } }))
    expect(whole).toBe('custom-id')
    const answers = [1, 2, 3, 4].map((entries) => {
      group.apply(1, walIndex(before + entries))
      return lookupSelf(group, whole)
    })
    // Accessor and parent index alone are no token.
    expect(answers.map(({ reply }) => reply.status)).toEqual([403, 403, 500, 200])
    expect(answers.slice(0, 3).map(errorsIn)).toEqual([UNKNOWN, UNKNOWN, LEASE_MISSING])
  })

  test('with lease_entry: same nobody can stand between token and lease', () => {
    const group = new NodeGroup({ config: withConfig({ lease_entry: 'same' }) })
    const before = group.active.log.head
    const token = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { id: 'custom-id', ttl: '1h' } }))
    expect(group.active.log.head - before).toBe(3)
    const statuses = [1, 2, 3].map((entries) => {
      group.apply(1, walIndex(before + entries))
      return lookupSelf(group, token).reply.status
    })
    expect(statuses).toEqual([403, 403, 200])
  })

  test('a 412 never waits, and costs the standby nothing', () => {
    const group = new NodeGroup()
    const token = fresh(group)
    const id = group.begin(1, group.request('GET', 'auth/token/lookup-self', { token }))
    expect(group.answerOf(id)?.reply.status).toBe(412)
    expect(group.underWay(1, 0)).toEqual([])
  })
})

describe('the ten steps', () => {
  /** A token of our key for an inner id that nobody has. */
  const made = (index: number, generation = 0): string =>
    encodeServiceToken(crypto, INNER, walIndex(index), epoch(generation))

  test('1: a text that is not longer than 33 characters, or has another prefix, is looked up as it is', () => {
    const group = new NodeGroup()
    for (const token of [INNER, 'hvs.', 's.ABCDEFGHIJKLMNOPQRSTUVWXABCDEFGH', 'x'.repeat(40)]) {
      expect(errorsIn(lookupSelf(group, token))).toEqual(UNKNOWN)
    }
  })

  test('2: what is no base64 is an unknown token, also with bad_token: 500', () => {
    const group = new NodeGroup({ config: withConfig({ bad_token: '500' }) })
    const answer = lookupSelf(group, `hvs.${'%'.repeat(40)}`)
    expect([answer.reply.status, errorsIn(answer)]).toEqual([403, UNKNOWN])
  })

  test.each([
    ['3: what is no message', `hvs.${base64Url(Uint8Array.from({ length: 40 }, () => 0xff))}`],
    ['4: a wrong MAC', changed(made(1), 20)],
    ['4: a changed index', changed(made(1), 71)],
  ])('%s is refused with 403, or with 500 by the switch', (_, token) => {
    for (const ordinal of [0, 1]) {
      const refused = lookupSelf(new NodeGroup(), token, ordinal)
      expect([refused.reply.status, errorsIn(refused)]).toEqual([403, UNKNOWN])
      const dumped = lookupSelf(new NodeGroup({ config: withConfig({ bad_token: '500' }) }), token, ordinal)
      expect(dumped.reply.status).toBe(500)
    }
  })

  test('4: the dump that some versions printed holds the inner id', () => {
    const group = new NodeGroup({ config: withConfig({ bad_token: '500' }) })
    const [text] = errorsIn(lookupSelf(group, changed(made(1), 20))) as string[]
    expect(text).toMatch(/^token mac for token_version:1 hmac:.* is incorrect: err %!w\(<nil>\)$/)
    expect(text).toContain(INNER)
  })

  test('4: the MAC is checked before the index: a forged token from the future is a 403', () => {
    expect(lookupSelf(new NodeGroup(), changed(made(1_000_000), 20)).reply.status).toBe(403)
  })

  test('6: over Consul-like storage a standby checks no index, so the lookup decides', () => {
    const group = new NodeGroup({ config: withConfig({ storage: 'consul' }) })
    expect(errorsIn(lookupSelf(group, made(1_000_000)))).toEqual(UNKNOWN)
    expect(lookupSelf(group, made(1_000_000), 0).reply.status).toBe(412)
  })

  test('6: before 1.10.5 it did: a token whose entries are here is a spurious 412', () => {
    const group = new NodeGroup({ config: withConfig({ storage: 'consul', consul_index_check: 'on' }) })
    const token = fresh(group)
    expect(group.node(1).log.applied).toBe(group.active.log.head)
    expect(lookupSelf(group, token).reply.status).toBe(412)
    group.apply(1)
    expect(lookupSelf(group, token).reply.status).toBe(200)
  })

  test('6: over Consul-like storage a fresh token is accepted as soon as its commit is known', () => {
    const group = new NodeGroup({ config: withConfig({ storage: 'consul' }) })
    expect(lookupSelf(group, fresh(group)).reply.status).toBe(200)
  })

  test('7: an index of an older epoch says nothing; one of the same or a later epoch is compared', () => {
    const group = new NodeGroup()
    for (const node of [group.active, group.node(1)]) {
      node.store.applyChange({ scope: 'local', namespace: '', key: 'core/sscGenCounter', value: { counter: 3 } })
    }
    const statuses = [2, 3, 4].map((generation) => lookupSelf(group, made(1_000_000, generation)).reply.status)
    expect(statuses).toEqual([403, 412, 412])
  })

  test('8: the index of the head is there, the one after it is not, on the active node too', () => {
    const group = new NodeGroup({ standbys: 0 })
    const { head } = group.active.log
    expect(lookupSelf(group, made(head), 0).reply.status).toBe(403)
    const ahead = lookupSelf(group, made(head + 1), 0)
    expect([ahead.reply.status, errorsIn(ahead)]).toEqual([412, MISSING])
  })

  test('9: new_token forwards on performance standbys only: the active node still says 412', () => {
    const group = new NodeGroup({ config: withConfig({}, NEW_TOKEN) })
    const token = made(1_000_000)
    expect(lookupSelf(group, token, 0).reply.status).toBe(412)
    const answer = lookupSelf(group, token)
    expect(answer.reply.status).toBe(412)
    expect(answer.served).toMatchObject({ by: 'n0', forwarded: 'new-token' })
  })

  test('with one changed bit, anywhere, a token is never accepted', () => {
    const group = new NodeGroup()
    const token = fresh(group)
    group.catchUp()
    expect(lookupSelf(group, token).reply.status).toBe(200)
    fc.assert(
      fc.property(fc.nat(10_000), (at) => {
        const other = changed(token, at)
        return other === token || lookupSelf(group, other).reply.status === 403
      }),
    )
  })
})

test('community: the MAC is checked, the index is not', () => {
  const group = new NodeGroup({ standbys: 0, config: withConfig({ edition: 'community' }) })
  const ahead = encodeServiceToken(crypto, INNER, walIndex(1_000_000), epoch(0))
  expect(errorsIn(lookupSelf(group, ahead, 0))).toEqual(UNKNOWN)
  expect(lookupSelf(group, changed(ahead, 20), 0).reply.status).toBe(403)
})

test('invalid_token_text: one-error tells an unknown token what it was told before 1.16', () => {
  const group = new NodeGroup({ config: withConfig({ invalid_token_text: 'one-error' }) })
  expect(errorsIn(lookupSelf(group, 'nobody'))).toEqual(['permission denied'])
})

describe('a token with a login', () => {
  const group = (replication: Parameters<typeof withConfig>[1]): NodeGroup =>
    new NodeGroup({ config: withConfig({}, replication), given: givenUser() })

  test('is not looked at by default', () => {
    const lagging = group({})
    const token = fresh(lagging)
    for (const sent of [token, changed(token, 20), 'nobody']) {
      const id = lagging.begin(1, login('pw', { token: sent }))
      lagging.catchUp()
      expect(lagging.answerOf(id)?.reply.status).toBe(200)
    }
  })

  test('under new_token one that is ahead is forwarded all the same', () => {
    const lagging = group(NEW_TOKEN)
    const id = lagging.begin(1, login('pw', { token: fresh(lagging) }))
    lagging.catchUp()
    expect(lagging.answerOf(id)?.served.forwarded).toBe('new-token')
  })

  test('under new_token a forged one is refused on a standby, and passed over on the active node', () => {
    const lagging = group(NEW_TOKEN)
    const forged = changed(fresh(lagging), 20)
    expect(lagging.send(1, login('pw', { token: forged })).reply.status).toBe(403)
    expect(lagging.send(0, login('pw', { token: forged })).reply.status).toBe(200)
  })

  test('is found out when the standby stands between it and its lease: the login gets the 500, too', () => {
    const lagging = group({})
    const before = lagging.active.log.head
    const token = tokenIn(lagging.ask(0, 'POST', 'auth/token/create', { json: { id: 'custom-id', ttl: '1h' } }))
    lagging.apply(1, walIndex(before + 3))
    const answer = lagging.send(1, login('pw', { token }))
    expect([answer.reply.status, errorsIn(answer)]).toEqual([500, LEASE_MISSING])
  })
})

/** The same token with the lowest bit of one byte changed; behind its end, counted round. */
function changed(token: string, at: number): string {
  const bytes = fromBase64Url(token.slice('hvs.'.length))
  if (bytes === null) throw new Error(`${token} is no base64`)
  const place = at % bytes.length
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return `hvs.${base64Url(bytes)}`
}
