/** The active node without a majority: what it writes is bounded, and nothing is written that cannot be answered for. */

import { micros, nodeId, NO_INDEX, seconds, type Epoch, type JsonObject, type Method } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { UNCOMMITTED_MAX } from '../../dist/log/storage-full.js'
import { WAITING_MAX } from '../../dist/request/waiting.js'
import { alone, crypto, NOW, repliesIn, type Alone } from '../alone.ts'
import { givenUser } from '../node-pair.ts'

const REFUSED = {
  status: 503,
  body: { errors: [`storage takes no more writes: ${UNCOMMITTED_MAX} entries wait for a majority of the nodes`] },
}

/** A node with a user, a token of few uses and one that ends soon, whose storage is full. */
function full(): Alone {
  const nodes = alone(2, undefined, givenUser())
  nodes.begin('POST', 'auth/token/create', { id: 'few', num_uses: 5, policies: ['default'] })
  nodes.begin('POST', 'auth/token/create', { id: 'short', ttl: '10s', policies: ['default'] })
  nodes.commit()
  nodes.fill(UNCOMMITTED_MAX)
  return nodes
}

const WRITES: readonly (readonly [string, Method, string, JsonObject | undefined])[] = [
  ['a secret', 'POST', 'secret/data/a', { data: {} }],
  ['a policy', 'POST', 'sys/policies/acl/p', { policy: '' }],
  ['the end of a mount', 'DELETE', 'sys/mounts/secret', undefined],
  ['a child token', 'POST', 'auth/token/create', {}],
  ['an orphan', 'POST', 'auth/token/create-orphan', {}],
  ['a login', 'POST', 'auth/userpass/login/ann', { password: 'pw' }],
  ['a revocation', 'POST', 'auth/token/revoke', { token: 'few' }],
  ['a renewal', 'POST', 'auth/token/renew', { token: 'short' }],
]

describe('when too many entries wait for a majority', () => {
  it.each(WRITES)('%s is refused at once, and nothing is written', (_, method, path, json) => {
    const nodes = full()
    const { head } = nodes.node.log
    expect(repliesIn(nodes.begin(method, path, json))).toMatchObject([{ reply: REFUSED, served: { wrote: 0 } }])
    expect(nodes.node.log.head).toBe(head)
  })

  it('a read that would count a use is refused too; any other waits for the majority as ever', () => {
    const nodes = full()
    const { head } = nodes.node.log
    expect(repliesIn(nodes.begin('GET', 'auth/token/lookup-self', undefined, { token: 'few' }))).toMatchObject([
      { reply: REFUSED },
    ])
    expect(repliesIn(nodes.begin('GET', 'auth/token/lookup-self'))).toEqual([])
    expect([nodes.node.log.head, nodes.node.waiting.commits.length]).toEqual([head, 1])
    expect(repliesIn(nodes.commit()).map(({ reply }) => reply.status)).toEqual([200])
  })

  it("a standby's call is refused at once", () => {
    const nodes = full()
    const { head } = nodes.node.log
    const what = {
      kind: 'ensure-entity',
      alias: { mountAccessor: 'm', mountPath: 'auth/userpass/', name: 'new' },
    } as const
    const effects = nodes.happen({ kind: 'message', from: nodeId(1), message: { kind: 'call', call: 1, id: 9, what } })
    expect(effects).toMatchObject([
      { kind: 'send', to: 'n1', message: { kind: 'answer', answer: { result: { kind: 'refused', status: 503 } } } },
    ])
    expect(nodes.node.log.head).toBe(head)
  })

  it('one entry less than the bound is not full, and a commit makes room', () => {
    const nodes = alone(2)
    nodes.fill(UNCOMMITTED_MAX - 1)
    expect(repliesIn(nodes.begin('POST', 'secret/data/a', { data: {} }))).toEqual([])
    expect(nodes.node.log.head - nodes.node.log.committed).toBe(UNCOMMITTED_MAX + 1)
    expect(repliesIn(nodes.begin('POST', 'secret/data/b', { data: {} }))).toMatchObject([{ reply: REFUSED }])
    expect(repliesIn(nodes.commit())).toMatchObject([{ reply: { status: 200 } }])
    nodes.begin('POST', 'secret/data/b', { data: {} })
    expect(repliesIn(nodes.commit())).toMatchObject([{ reply: { status: 200 } }])
  })
})

describe("the node's own work", () => {
  it('waits while storage is full, without a timer that rings for nothing, and goes on with the next commit', () => {
    const nodes = full()
    const { head } = nodes.node.log
    const later = micros(NOW + seconds(10))
    const effects = nodes.happen({ kind: 'timer' }, later)
    // Heartbeats go on.
    const rings = effects.flatMap((effect) =>
      effect.kind === 'wake' && effect.at <= NOW + seconds(3600) ? [effect.at] : [],
    )
    expect([rings, nodes.node.log.head]).toEqual([[], head])
    const wakes = nodes.commit(later).filter(({ kind }) => kind === 'wake')
    expect(wakes).toMatchObject([{ at: later }])
    nodes.happen({ kind: 'timer' }, later)
    expect(nodes.node.store.has(`sys/token/id/${crypto.saltedId('short')}`)).toBe(false)
  })

  it('a revocation that is under way stops, and goes on with the next commit', () => {
    const nodes = alone(2)
    nodes.begin('POST', 'auth/token/create', { id: 'parent', policies: ['root'] })
    for (let at = 0; at < 40; at++) nodes.begin('POST', 'auth/token/create', {}, { token: 'parent' })
    nodes.commit()
    expect(nodes.begin('POST', 'auth/token/revoke', { token: 'parent' }).map(({ kind }) => kind)).toContain('continue')
    nodes.fill(UNCOMMITTED_MAX)
    const { head } = nodes.node.log
    expect([nodes.happen({ kind: 'continue' }), nodes.node.log.head]).toEqual([[], head])
    let effects = nodes.commit()
    for (let slice = 0; effects.some(({ kind }) => kind === 'continue'); slice++) {
      if (slice > 10) throw new Error('the revocation does not end')
      effects = nodes.happen({ kind: 'continue' })
    }
    expect(repliesIn(nodes.commit())).toMatchObject([{ reply: { status: 204 } }])
  })
})

describe('answers that wait', () => {
  it('beyond the bound a read is refused, and a write is answered all the same when a majority has it', () => {
    const nodes = alone(2)
    nodes.fill(1)
    const { commits } = nodes.node.waiting
    const { head } = nodes.node.log
    const facts = { by: nodeId(0), applied: head, epoch: 0 as Epoch, wrote: NO_INDEX, head }
    const answer = { result: { kind: 'done' }, ...facts } as const
    for (let at = 0; at < WAITING_MAX; at++) {
      commits.push({
        head,
        deadline: micros(NOW + seconds(90)),
        ready: { kind: 'peer', to: nodeId(1), call: at, answer },
      })
    }
    expect(repliesIn(nodes.begin('GET', 'auth/token/lookup-self'))).toMatchObject([{ reply: { status: 503 } }])
    expect(repliesIn(nodes.begin('POST', 'secret/data/a', { data: {} }))).toEqual([])
    expect(repliesIn(nodes.commit()).at(-1)).toMatchObject({
      reply: { status: 200 },
      served: { wrote: nodes.node.log.head },
    })
  })
})
