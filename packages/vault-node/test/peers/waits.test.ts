/** Replies that wait on a standby (vault-consistency 4.3, 4.4), and what becomes of calls that are never answered. */

import { micros, milliseconds, nodeId, seconds, walIndex } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { errorsIn, givenUser, login, NodeGroup, tokenIn, withConfig } from '../node-pair.ts'

const WARNING =
  "Timeout hit while waiting for local replicated cluster to apply primary's write; this client may encounter stale reads of values written during this operation."
const BY_HEADER = { allow_forwarding_via_header: true } as const

const write = (group: NodeGroup): number =>
  group.begin(1, group.request('POST', 'secret/data/a', { json: { data: { n: 1 } } }))
const create = (group: NodeGroup): number =>
  group.begin(1, group.request('POST', 'auth/token/create', { json: { policies: ['default'] } }))
const forwardedRead = (group: NodeGroup): number =>
  group.begin(1, group.request('GET', 'secret/data/none', { forward: 'active-node' }))

describe('a write through a standby', () => {
  test('is answered when the standby has applied its last entry, not before', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.settle()
    const { head } = group.active.log
    group.apply(1, walIndex(head - 1))
    expect(group.answerOf(id)).toBeNull()
    group.apply(1, head)
    expect(group.answerOf(id)?.reply.status).toBe(200)
    expect(group.answerOf(id)?.served).toMatchObject({
      node: 'n1',
      by: 'n0',
      forwarded: 'write',
      wrote: head,
      waitTimedOut: false,
    })
  })

  test('does not wait for what others write behind it', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.settle()
    const own = group.active.log.head
    group.ask(0, 'POST', 'secret/data/b', { json: { data: {} } })
    group.settle()
    group.apply(1, own)
    expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('is answered at once when the standby has it before the answer comes', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.deliver(1, 0)
    group.flush(0)
    group.deliver(0, 1, 1)
    group.flush(1)
    group.apply(1, group.active.log.head)
    group.deliver(1, 0)
    expect(group.underWay(0, 1).map(({ kind }) => kind)).toEqual(['answer', 'commit'])
    group.deliver(0, 1)
    expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('waits two seconds at most, and then says so with a warning', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.settle()
    group.pass(micros(seconds(2) - 1))
    expect(group.answerOf(id)).toBeNull()
    group.pass(micros(1))
    const answer = group.answerOf(id)
    expect(answer?.reply.status).toBe(200)
    expect(answer?.reply.body?.['warnings']).toEqual([WARNING])
    expect(answer?.reply.index).not.toBeNull()
    expect(answer?.served.waitTimedOut).toBe(true)
    // It was carried out all the same, and applying it later answers nobody a second time.
    group.catchUp()
    expect(group.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
  })

  test('an answer without a body gets one for its warning, and 200 for its 204', () => {
    const group = new NodeGroup()
    const id = group.begin(1, group.request('POST', 'cubbyhole/a', { json: { n: 1 } }))
    group.settle()
    group.pass(seconds(2))
    expect(group.answerOf(id)?.reply).toMatchObject({ status: 200, body: { warnings: [WARNING] } })
  })

  test('a write that is refused wrote nothing and waits for nothing', () => {
    const group = new NodeGroup()
    group.ask(0, 'POST', 'secret/data/other', { json: { data: {} } })
    const id = group.begin(1, group.request('POST', 'sys/mounts/secret', { json: { type: 'kv' } }))
    group.settle()
    expect(group.answerOf(id)?.reply.status).toBe(400)
  })
})

describe('a forwarded request', () => {
  test('waits for the log head of the active node, a read too', () => {
    const group = new NodeGroup({ config: withConfig({}, BY_HEADER) })
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    const id = forwardedRead(group)
    group.settle()
    group.apply(1, walIndex(group.active.log.head - 1))
    expect(group.answerOf(id)).toBeNull()
    group.apply(1)
    expect(group.answerOf(id)?.reply.status).toBe(404)
    expect(group.answerOf(id)?.served.waitTimedOut).toBe(false)
  })

  test('tells nobody when the wait ran out', () => {
    const group = new NodeGroup({ config: withConfig({}, BY_HEADER) })
    group.ask(0, 'POST', 'secret/data/a', { json: { data: {} } })
    const id = group.begin(1, group.request('GET', 'secret/data/a', { forward: 'active-node' }))
    group.settle()
    group.pass(seconds(2))
    const answer = group.answerOf(id)
    expect(answer?.reply.status).toBe(200)
    expect(answer?.reply.body?.['warnings']).toBeNull()
    expect(answer?.served.waitTimedOut).toBe(true)
  })

  test('does not wait with forwarded_reply_wait: off, but a write through a standby still does', () => {
    const group = new NodeGroup({ config: withConfig({ forwarded_reply_wait: 'off' }, BY_HEADER) })
    group.ask(0, 'POST', 'secret/data/b', { json: { data: {} } })
    const read = forwardedRead(group)
    const logical = write(group)
    group.settle()
    expect(group.answerOf(read)?.reply.status).toBe(404)
    expect(group.answerOf(logical)).toBeNull()
  })
})

describe('a call', () => {
  test('waits for what it wrote, and warns', () => {
    const group = new NodeGroup()
    const id = create(group)
    group.settle()
    expect(group.answerOf(id)).toBeNull()
    group.pass(seconds(2))
    const answer = group.answerOf(id)
    expect(answer?.reply.body?.['warnings']).toEqual([WARNING])
    expect(answer?.served).toMatchObject({ by: 'n1', forwarded: 'rpc', waitTimedOut: true })
  })

  test('a token from it is good here when its answer has no warning, and a 412 when it has', () => {
    const group = new NodeGroup()
    const [patient, hasty] = [new NodeGroup(), group].map((one) => ({ one, id: create(one) }))
    patient?.one.catchUp()
    hasty?.one.settle()
    hasty?.one.pass(seconds(2))
    const lookup = ({ one, id }: { readonly one: NodeGroup; readonly id: number }): number => {
      const answer = one.answerOf(id)
      if (answer === null) throw new Error('no token yet')
      return one.ask(1, 'GET', 'auth/token/lookup-self', { token: tokenIn(answer) }).reply.status
    }
    expect([patient, hasty].map((each) => (each === undefined ? null : lookup(each)))).toEqual([200, 412])
  })

  test('one that is refused on the active node says so', () => {
    const group = new NodeGroup()
    const parent = tokenIn(group.ask(0, 'POST', 'auth/token/create', { json: { policies: ['root'], id: 'parent' } }))
    group.catchUp()
    group.ask(0, 'POST', 'auth/token/revoke', { json: { token: parent } })
    const answer = group.ask(1, 'POST', 'auth/token/create', { token: parent, json: {} })
    expect([answer.reply.status, errorsIn(answer)]).toEqual([400, ['parent token lookup failed: no parent found']])
  })

  test('token_create: forward sends the whole request instead', () => {
    const group = new NodeGroup({ config: withConfig({ token_create: 'forward' }) })
    const id = create(group)
    expect(group.underWay(1, 0).map(({ kind }) => kind)).toEqual(['forward'])
    group.catchUp()
    expect(group.answerOf(id)?.served.by).toBe('n0')
  })
})

describe('a wait of 0', () => {
  const config = withConfig({}, { ...BY_HEADER, best_effort_wal_wait_duration: micros(0) })

  test('answers at once: with the warning where one is due, without where none is', () => {
    const group = new NodeGroup({ config })
    const ids = [write(group), create(group), forwardedRead(group)]
    group.settle()
    const answers = ids.map((id) => group.answerOf(id))
    expect(answers.map((answer) => answer?.served.waitTimedOut)).toEqual([true, true, true])
    expect(answers.slice(0, 2).map((answer) => answer?.reply.body?.['warnings'])).toEqual([[WARNING], [WARNING]])
    expect(answers[2]?.reply.status).toBe(404)
  })
})

describe('many waits', () => {
  test('end in the order of their indexes, whichever wrote first, and each at its own time when time runs out', () => {
    const group = new NodeGroup({ config: withConfig({}, BY_HEADER) })
    const first = write(group)
    group.settle()
    const own = group.active.log.head
    group.pass(milliseconds(500))
    group.ask(0, 'POST', 'secret/data/b', { json: { data: {} } })
    const far = forwardedRead(group)
    group.settle()
    group.pass(milliseconds(500))
    const near = group.begin(1, group.request('POST', 'auth/token/lookup', { forward: 'active-node', json: {} }))
    group.settle()
    group.apply(1, own)
    expect([first, far, near].map((id) => group.answerOf(id)?.reply.status)).toEqual([200, undefined, undefined])
    group.pass(milliseconds(1_500))
    expect([far, near].map((id) => group.answerOf(id)?.reply.status)).toEqual([404, undefined])
    group.pass(milliseconds(500))
    expect(group.answerOf(near)?.served.waitTimedOut).toBe(true)
  })
})

describe('a link that is lost', () => {
  test('sends the client of a forwarded request to the active node', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.cut(0, 1)
    expect(group.answerOf(id)?.reply).toEqual({ status: 307, index: null, body: null, redirectTo: 'n0' })
    expect(group.answerOf(id)?.served).toMatchObject({ node: 'n1', by: 'n1', wrote: 0 })
  })

  test('is an internal error to a call', () => {
    const group = new NodeGroup({ given: givenUser() })
    const ids = [create(group), group.begin(1, login())]
    group.cut(0, 1)
    for (const id of ids) {
      const answer = group.answerOf(id)
      expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
        500,
        ['1 error occurred:\n\t* internal error\n\n'],
      ])
    }
  })

  test('that was lost before answers the same, at once', () => {
    const group = new NodeGroup()
    group.cut(0, 1)
    expect(group.answerOf(write(group))?.reply.status).toBe(307)
    expect(group.answerOf(create(group))?.reply.status).toBe(500)
    expect(group.ask(1, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
  })

  test('does not end a wait for the own state: that is only a question of time', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.settle()
    group.cut(0, 1)
    expect(group.answerOf(id)).toBeNull()
    group.apply(1)
    expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('an answer that comes when nobody waits any more is dropped', () => {
    const group = new NodeGroup()
    const id = write(group)
    group.deliver(1, 0)
    group.cut(0, 1)
    group.heal(0, 1)
    group.flush(0)
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(307)
    expect(group.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
  })

  test('to another standby is of no matter', () => {
    const group = new NodeGroup({ standbys: 2 })
    const id = write(group)
    group.cut(1, 2)
    group.catchUp()
    expect(group.answerOf(id)?.reply.status).toBe(200)
  })

  test('a single call that is lost fails alone', () => {
    const group = new NodeGroup()
    const [lost, kept] = [write(group), create(group)]
    const [message] = group.underWay(1, 0)
    if (message?.kind !== 'forward') throw new Error('nothing was forwarded')
    group.happen(1, { kind: 'call-lost', call: message.call })
    expect(group.answerOf(lost)?.reply.status).toBe(307)
    expect(group.happen(1, { kind: 'call-lost', call: message.call }).filter(({ kind }) => kind === 'reply')).toEqual(
      [],
    )
    group.catchUp()
    expect(group.answerOf(kept)?.reply.status).toBe(200)
  })
})

describe('time that runs out', () => {
  const config = withConfig({}, {}, { max_request_duration: seconds(5) })

  test('a call or a forwarded request that gets no answer is an error', () => {
    const group = new NodeGroup({ config })
    const ids = [write(group), create(group)]
    group.pass(micros(seconds(5) - 1))
    expect(ids.map((id) => group.answerOf(id))).toEqual([null, null])
    group.pass(micros(1))
    for (const id of ids) {
      const answer = group.answerOf(id)
      expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
        500,
        ['context deadline exceeded'],
      ])
    }
    // The answer comes late, and reaches nobody.
    group.catchUp()
  })

  test('on the active node first: the standby takes the error over, for a call as for a request', () => {
    const group = new NodeGroup({ config, given: givenUser() })
    const ids = [write(group), create(group), group.begin(1, login())]
    group.deliver(1, 0)
    // The clock of the standby is a second behind.
    for (const wait of group.node(1).waiting.calls.values()) {
      Object.assign(wait, { deadline: micros(wait.deadline + seconds(1)) })
    }
    group.pass(seconds(5))
    group.deliver(0, 1)
    for (const id of ids) {
      const answer = group.answerOf(id)
      expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
        500,
        ['context deadline exceeded'],
      ])
    }
  })
})

test('without an active node every request that needs one is a 500', () => {
  const group = new NodeGroup()
  group.node(1).active = null
  const answer = group.answerOf(write(group))
  expect([answer?.reply.status, answer === null ? null : errorsIn(answer)]).toEqual([
    500,
    ['local node not active but active cluster node not found'],
  ])
  expect(group.answerOf(create(group))?.reply.status).toBe(500)
  expect(group.ask(1, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
})

describe('a node that is not active', () => {
  test('answers what was forwarded to it with an error, and sends it no further', () => {
    const group = new NodeGroup({ standbys: 2 })
    const requests = [group.request('GET', 'secret/data/a'), group.request('POST', 'auth/token/create', { json: {} })]
    for (const request of requests) {
      const message = { kind: 'forward', call: 3, id: 7, request } as const
      const effects = group.happen(2, { kind: 'message', from: nodeId(1), message })
      const reply = { status: 500, body: { errors: ['local node not active but active cluster node not found'] } }
      expect(effects).toMatchObject([
        { kind: 'send', to: 'n1', message: { kind: 'answer', call: 3, answer: { by: 'n2', result: { reply } } } },
      ])
    }
  })

  test('refuses a call', () => {
    const group = new NodeGroup({ standbys: 2 })
    create(group)
    const [message] = group.underWay(1, 0)
    if (message?.kind !== 'call') throw new Error('no call is under way')
    expect(group.happen(2, { kind: 'message', from: nodeId(1), message })).toMatchObject([
      { kind: 'send', to: 'n1', message: { answer: { result: { kind: 'refused', status: 500 }, wrote: 0 } } },
    ])
  })
})
