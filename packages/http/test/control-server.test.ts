import type { ClusterControl, ClusterState, ControlOrder, ControlOutcome } from '@fourtwelve/cluster'
import { createControlServer, readOrders } from '@fourtwelve/http'
import {
  linkId,
  micros,
  milliseconds,
  nodeId,
  seconds,
  term,
  walIndex,
  type ClusterId,
  type HistoryRecord,
  type JsonObject,
  type JsonValue,
} from '@fourtwelve/protocol'
import { readLinkLag } from '@fourtwelve/scenario'
import fc from 'fast-check'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

const nodes = [nodeId(0), nodeId(1), nodeId(2)]
const lag = (ms: number): ControlOrder & { kind: 'lag' } => ({
  kind: 'lag',
  link: linkId(nodeId(0), nodeId(1)),
  lag: { kind: 'drawn', from: { dist: 'constant', value: milliseconds(ms) }, sample: 'batch', spikes: null },
})
const state: ClusterState = {
  cluster: 'c' as ClusterId,
  rootToken: 'root',
  nodes: nodes.map((node, at) => ({
    node,
    address: `http://127.0.0.1:820${at}`,
    running: at < 2,
    paused: false,
    condition: 'normal',
    role: at === 0 ? 'active' : at === 1 ? 'performance-standby' : null,
    term: at < 2 ? term(1) : null,
    chain: at < 2 ? 7 : null,
    received: at < 2 ? walIndex(20) : null,
    applied: at < 2 ? walIndex(20 - 5 * at) : null,
    forwarding: { delay: milliseconds(at), fails: false },
  })),
  links: [{ link: linkId(nodeId(0), nodeId(1)), lag: lag(400).lag, held: true, cut: false }],
}
const records = Array.from({ length: 5_001 }, (_, at): HistoryRecord => ({
  kind: 'commit',
  t: micros(at),
  node: nodeId(0),
  index: walIndex(at),
}))

/** The same cluster after an election that n0 does not know of; or with nobody who leads. */
const elected: ClusterState = {
  ...state,
  nodes: state.nodes.map((node, at) =>
    at === 1 ? { ...node, role: 'active', term: term(2), received: walIndex(25) } : node,
  ),
}
const leaderless: ClusterState = {
  ...state,
  nodes: state.nodes.map((node, at) =>
    node.role === null ? node : { ...node, role: at === 0 ? 'performance-standby' : 'standby' },
  ),
}

/** What the server asked of its cluster, and what the cluster is to answer. */
let now: ClusterState = state
let asked: ControlOrder[] = []
let refusal: string | null = null
const control: ClusterControl = {
  nodes,
  state: (told) => setImmediate(() => told(now)),
  carryOut(order, done) {
    asked.push(order)
    const outcome: ControlOutcome = refusal === null ? { kind: 'done', state } : { kind: 'refused', why: refusal }
    setImmediate(() => done(outcome))
  },
  history: (told) => setImmediate(() => told(records)),
}
const server = createControlServer({ control, readLag: readLinkLag, writeRecord: (record) => JSON.stringify(record) })
let port = 0
beforeAll(async () => {
  port = await server.listen(0)
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  refusal = null
  now = state
})

interface Answer {
  readonly status: number
  readonly body: JsonObject
}

async function send(method: string, path: string, body?: JsonValue | string): Promise<Answer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    ...(text === undefined ? {} : { body: text }),
  })
  return { status: reply.status, body: (await reply.json()) as JsonObject }
}
/** 409: the order would make sense at another time. */
async function refused(verb: string, body: JsonObject, why: string): Promise<void> {
  expect(await post(verb, body)).toEqual({ status: 409, body: { errors: [why] } })
}
const post = (verb: string, body?: JsonValue | string): Promise<Answer> => send('POST', `/${verb}`, body)

describe('the control API', () => {
  test('tells every node and link', async () => {
    const { status, body } = await send('GET', '/state')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      cluster_id: 'c',
      nodes: [
        { node: 'n0', address: 'http://127.0.0.1:8200', running: true, role: 'active', applied: 20, behind: 0 },
        { node: 'n1', role: 'performance-standby', received: 20, applied: 15, behind: 5, forwarding: { delay: '1ms' } },
        { node: 'n2', running: false, role: null, received: null, applied: null, behind: null },
      ],
      links: [{ link: 'n0->n1', lag: '400ms', held: true, cut: false }],
    })
    expect(JSON.stringify(body)).not.toContain('root_token')
  })

  test.each<[verb: string, body: JsonObject, orders: readonly ControlOrder[]]>([
    ['lag', { link: 'n1', lag: '300ms' }, [lag(300)]],
    ['lag', { link: 'n0->n1', lag: 'raft' }, [{ ...lag(0), lag: { kind: 'raft' } }]],
    ['hold', { link: 'n2' }, [{ kind: 'hold', link: 'n0->n2' }]],
    [
      'release',
      {},
      [
        { kind: 'release', link: 'n0->n1' },
        { kind: 'release', link: 'n0->n2' },
      ],
    ],
    [
      'cut',
      { link: 'all' },
      [
        { kind: 'cut', link: 'n0->n1', oneWay: false },
        { kind: 'cut', link: 'n0->n2', oneWay: false },
      ],
    ],
    ['heal', { link: 'n1' }, [{ kind: 'heal', link: 'n0->n1' }]],
    ['pause', { node: 'n0' }, [{ kind: 'pause', node: nodeId(0) }]],
    ['resume', { node: 'all' }, nodes.map((node) => ({ kind: 'resume', node }))],
    ['cut', { link: 'n1->n2', one_way: true }, [{ kind: 'cut', link: 'n1->n2', oneWay: true }]],
    ['cut', { link: 'active->standby' }, [{ kind: 'cut', link: 'n0->n1', oneWay: false }]],
    ['kill', { node: 'n2' }, [{ kind: 'kill', node: nodeId(2), loses: 'unflushed' }]],
    ['kill', { node: 'active', loses: 'nothing' }, [{ kind: 'kill', node: nodeId(0), loses: 'nothing' }]],
    ['pause', { node: 'standby' }, [{ kind: 'pause', node: nodeId(1) }]],
    ['slow-disk', { node: 'n1', by: '20ms' }, [{ kind: 'slow-disk', node: nodeId(1), by: milliseconds(20) }]],
    ['slow-apply', { node: 'n1', by: '0s' }, [{ kind: 'slow-apply', node: nodeId(1), by: micros(0) }]],
    ['clock-skew', { node: 'n1', by: '-5s' }, [{ kind: 'clock-skew', node: nodeId(1), by: seconds(-5) }]],
    ['shipper-buffer', { node: 'n0', entries: 10 }, [{ kind: 'shipper-buffer', node: nodeId(0), entries: 10 }]],
    ['shipper-buffer', { node: 'n0' }, [{ kind: 'shipper-buffer', node: nodeId(0), entries: null }]],
    ['step-down', {}, [{ kind: 'step-down', node: nodeId(0) }]],
    ['step-down', { node: 'n0' }, [{ kind: 'step-down', node: nodeId(0) }]],
    ['step-down', { node: 'all' }, [{ kind: 'step-down', node: nodeId(0) }]],
    ['promote', {}, [{ kind: 'promote' }]],
    ['backup', {}, [{ kind: 'backup' }]],
    ['restore', {}, [{ kind: 'restore' }]],
    ['restart', { node: 'n2' }, [{ kind: 'restart', node: nodeId(2) }]],
    [
      'forwarding',
      { node: 'n1', delay: '1s', fails: true },
      [{ kind: 'forwarding', node: nodeId(1), delay: milliseconds(1000), fails: true }],
    ],
    ['forwarding', { node: 'n1' }, [{ kind: 'forwarding', node: nodeId(1), delay: micros(0), fails: false }]],
    ['condition', { node: 'n1', condition: 'sealed' }, [{ kind: 'condition', node: nodeId(1), condition: 'sealed' }]],
    ['reset', {}, [{ kind: 'reset' }]],
  ])('%s %o becomes orders, and answers the state', async (verb, body, orders) => {
    const answer = await post(verb, body)
    expect(answer.status).toBe(200)
    expect(asked).toEqual(orders)
    expect(answer.body).toHaveProperty('nodes')
    expect('root_token' in answer.body).toBe(verb === 'reset')
  })

  test.each<[verb: string, body: JsonValue | string, words: string]>([
    ['lag', { link: 'n1' }, '"lag" is missing'],
    ['lag', { link: 'n1', lag: 5 }, 'must have a unit: write "5s" or "5ms"'],
    ['lag', { link: 'n1', lag: { dist: 'unifrom' } }, 'did you mean "uniform"'],
    ['hold', { link: 'n7' }, 'there is no link "n7": there are n0->n1, n0->n2'],
    ['hold', { link: 'n0-' }, 'a shell takes > for itself'],
    ['hold', { lnik: 'n1' }, '"lnik" is no known key: link'],
    ['hold', { link: 'n0' }, 'there is no such link: n0 is the active node itself'],
    ['cut', { link: 'n1->n1' }, 'n1->n1 joins a node with itself'],
    ['cut', { link: 'active' }, 'there is no such link: active is the active node itself'],
    ['cut', { link: 'n0->n9' }, 'there is no link "n0->n9": there are n0->n1, n0->n2'],
    ['cut', { link: 'n1', one_way: 'yes' }, '"one_way" must be true or false'],
    ['kill', {}, '"node" is missing: give one of n0, n1, n2, active, standby, or all'],
    ['kill', { node: 'n1', loses: 'all' }, '"loses" must be unflushed or nothing'],
    ['kill', { node: 'leader' }, 'there is no node "leader": there are n0, n1, n2'],
    ['slow-disk', { node: 'n1' }, '"by" must be a duration of at most 1h, such as "20ms"'],
    ['slow-disk', { node: 'n1', by: '-1s' }, '"by" must be a duration'],
    ['clock-skew', { node: 'n1', by: 5 }, 'such as "5s" or "-5s"; "0s" ends it'],
    ['clock-skew', { node: 'n1', by: '2h' }, 'of at most 1h'],
    ['shipper-buffer', { node: 'n0', entries: 0 }, '"entries" must be a whole number of at least 1'],
    ['promote', { node: 'n1' }, '"node" is no known key: there are none'],
    ['kill', { node: 1 }, 'there is no node 1'],
    ['forwarding', { node: 'n1', delay: '-1s' }, '"delay" must be a duration'],
    ['forwarding', { node: 'n1', fails: 'yes' }, '"fails" must be true or false'],
    ['condition', { node: 'n1', condition: 'broken' }, '"condition" must be one of normal, sealed'],
    ['reset', { now: true }, '"now" is no known key: there are none'],
    ['hold', '[]', 'must be a JSON object'],
    ['hold', '{', 'is no JSON'],
  ])('%s refuses %o with 400 and says why', async (verb, body, words) => {
    const answer = await post(verb, body)
    expect(answer.status).toBe(400)
    expect(answer.body['errors']).toEqual([expect.stringContaining(words)])
    expect(asked).toEqual([])
  })

  test('looks up who leads when the order comes: the node of the highest term', async () => {
    now = elected
    const { body } = await send('GET', '/state')
    expect(body['nodes']).toMatchObject([{ term: 1, behind: 5 }, { term: 2, behind: 10 }, { term: null }])
    await post('kill', { node: 'active' })
    await post('step-down')
    await post('hold', { link: 'n2' })
    await post('cut', { link: 'n0' })
    await post('release')
    expect(asked).toEqual([
      { kind: 'kill', node: nodeId(1), loses: 'unflushed' },
      { kind: 'step-down', node: nodeId(1) },
      { kind: 'hold', link: 'n1->n2' },
      { kind: 'cut', link: 'n1->n0', oneWay: false },
      { kind: 'release', link: 'n1->n0' },
      { kind: 'release', link: 'n1->n2' },
      // Held while n0 led, and still so.
      { kind: 'release', link: 'n0->n1' },
    ])
  })

  test('says so when nobody leads, and still ends what was done to links', async () => {
    now = leaderless
    const doing = 'no node is active now: n0 has not missed the last one yet, n1 is electing, n2 does not run'
    const wait = 'or wait until one is active (`fourtwelve ctl state`, GET /state)'
    await refused('kill', { node: 'active' }, `/kill: ${doing}: name a node, ${wait}`)
    await refused('pause', { node: 'active' }, `/pause: ${doing}: name a node, ${wait}`)
    await refused('step-down', {}, `/step-down: ${doing}: ${wait.slice('or '.length)}`)
    await refused('step-down', { node: 'all' }, `/step-down: ${doing}: ${wait.slice('or '.length)}`)
    await refused('hold', { link: 'n2' }, `/hold: ${doing}: name both ends of the link to n2, ${wait}`)
    await refused('cut', { link: 'active->n1' }, `/cut: ${doing}: name a node, ${wait}`)
    expect(asked).toEqual([])
    await post('heal')
    await post('heal', { link: 'n1' })
    await post('hold', { link: 'n2->n1' })
    expect(asked).toEqual([
      { kind: 'heal', link: 'n0->n1' },
      { kind: 'heal', link: 'n0->n1' },
      { kind: 'hold', link: 'n2->n1' },
    ])
  })

  test('recommends no waiting that nothing can end, and what would end it', async () => {
    now = { ...leaderless, nodes: leaderless.nodes.map((node, at) => ({ ...node, paused: at === 1 })) }
    await refused(
      'kill',
      { node: 'active' },
      '/kill: no node is active now, and no election can end with 1 of 3 nodes running: n0 has not missed the last one yet, ' +
        'n1 is paused, n2 does not run: name a node, or bring a majority back (restart, resume)',
    )
    now = { ...leaderless, links: leaderless.links.map((link) => ({ ...link, cut: true })) }
    const { body } = await post('step-down')
    expect(JSON.stringify(body)).toContain('heal what is cut (n0->n1), or wait until one is active')
    expect(asked).toEqual([])
  })

  test('lets only a node step down that is active, and says which is', async () => {
    const has = 'is not active, and so has no leadership to give up'
    await refused(
      'step-down',
      { node: 'n1' },
      `/step-down: n1 ${has}: n0 is (step-down without a node is for whichever is)`,
    )
    await refused(
      'step-down',
      { node: 'standby' },
      `/step-down: n1 ${has}: n0 is (step-down without a node is for whichever is)`,
    )
    now = leaderless
    expect((await post('step-down', { node: 'n1' })).body['errors']).toEqual([
      expect.stringContaining(`/step-down: n1 ${has}: no node is active now: n0 has not missed the last one yet`),
    ])
    expect(asked).toEqual([])
    // One that does not know yet that another was elected takes itself for active too.
    now = elected
    await post('step-down', { node: 'n0' })
    await post('step-down', { node: 'all' })
    expect(asked).toEqual([0, 0, 1].map((at) => ({ kind: 'step-down', node: nodeId(at) })))
  })

  test('hands on what the cluster refuses, and asks no more of it', async () => {
    refusal = 'n1 is not running: restart it first'
    expect(await post('hold', {})).toEqual({ status: 409, body: { errors: [refusal] } })
    expect(asked).toHaveLength(1)
  })

  test('answers 404, 405 and 413 for what it does not know', async () => {
    expect((await post('explode')).status).toBe(404)
    expect((await send('GET', '/')).status).toBe(404)
    expect((await send('GET', '/hold')).status).toBe(405)
    expect((await send('POST', '/state')).status).toBe(405)
    expect((await post('hold', 'x'.repeat(70_000))).status).toBe(413)
  })

  test('writes a long history line by line', async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/history`)
    expect(reply.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await reply.text()).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(records)
  })

  test('goes on when a reader of the history goes away', async () => {
    const leave = new AbortController()
    const reply = await fetch(`http://127.0.0.1:${port}/history`, { signal: leave.signal })
    leave.abort()
    await expect(reply.text()).rejects.toThrow()
    expect((await send('GET', '/state')).status).toBe(200)
  })

  test.each([
    [{ origin: 'https://example.com' }, 'not for web pages'],
    [{ host: 'rebound.example.com' }, 'not by rebound.example.com'],
  ])('refuses what a web page sends: %o', async (headers, words) => {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const call = request({ port, host: '127.0.0.1', path: '/reset', method: 'POST', headers }, (reply) => {
        let text = ''
        reply.on('data', (chunk: Buffer) => (text += chunk.toString()))
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }))
      })
      call.on('error', reject)
      call.end()
    })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain(words)
    expect(asked).toEqual([])
  })

  test('takes no order from any body that is not one, and throws for none', () => {
    const verbs = [
      'lag',
      'hold',
      'cut',
      'kill',
      'forwarding',
      'slow-disk',
      'clock-skew',
      'shipper-buffer',
      'step-down',
      'condition',
      'reset',
    ]
    const links = nodes.flatMap((from) => nodes.filter((to) => to !== from).map((to) => linkId(from, to)))
    const word = fc.constantFrom(
      'n0',
      'n1',
      'n9',
      'all',
      'active',
      'standby',
      'n0->n2',
      'n2->active',
      '->',
      '__proto__',
      '',
    )
    const body = fc.dictionary(
      fc.constantFrom('link', 'node', 'lag', 'delay', 'fails', 'by', 'entries', 'one_way', 'condition', 'x'),
      fc.oneof(word, fc.jsonValue()),
    )
    fc.assert(
      fc.property(fc.constantFrom(...verbs), body, fc.constantFrom(state, elected, leaderless), (verb, given, at) => {
        const read = readOrders(verb, given as JsonObject, { nodes, readLag: readLinkLag, state: at })
        if ('refused' in read) expect(read.refused).not.toBe('')
        for (const order of 'refused' in read ? [] : read.found) {
          if ('node' in order) expect(nodes).toContain(order.node)
          else if ('link' in order) expect(links).toContain(order.link)
          else expect(order.kind).toBe('reset')
        }
      }),
    )
  })
})
