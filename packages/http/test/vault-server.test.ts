/** Vault's HTTP rules, asked of a real node by hand. */

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  epoch,
  micros,
  MICROS_PER_MS,
  nodeId,
  walIndex,
  type Served,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { Answer } from '@fourtwelve/cluster'
import { createVaultServer } from '@fourtwelve/http'
import { exchange, raw, readAnswers, type RawAnswer } from './raw-client.ts'
import { ROOT, serveNode, serveWith, type RunningServer } from './served-node.ts'
import { CERTIFICATE, KEY } from './self-signed.ts'

let server: RunningServer
beforeAll(async () => {
  server = await serveNode()
})
afterAll(() => server.close())

const TOKEN = { 'X-Vault-Token': ROOT }

async function ask(line: string, headers: Readonly<Record<string, string>> = TOKEN, body = ''): Promise<RawAnswer> {
  const [answer] = await exchange(server.port, raw(line, headers, body))
  if (answer === undefined) throw new Error(`${line} was not answered`)
  return answer
}

/** The request that the node saw last. */
const lastAsked = (): VaultRequest => {
  const last = server.asked.at(-1)
  if (last === undefined) throw new Error('the node was asked nothing')
  return last
}

/** The number of requests that reach the node meanwhile. */
async function reachingNode(during: () => Promise<unknown>): Promise<number> {
  const before = server.asked.length
  await during()
  return server.asked.length - before
}

describe('answers', () => {
  test('a read has the envelope, a newline at its end and the headers of Vault', async () => {
    const answer = await ask('GET /v1/auth/token/lookup-self')
    expect(answer.status).toBe(200)
    expect(answer.body.endsWith('}\n')).toBe(true)
    expect(Object.keys(JSON.parse(answer.body) as object)[0]).toBe('request_id')
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.has('x-vault-index')).toBe(false)
  })

  test('a write has X-Vault-Index and says who served it', async () => {
    const answer = await ask('POST /v1/secret/data/app', TOKEN, '{"data":{"a":"b"}}')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-vault-index')).toMatch(/^djE6/)
    expect(answer.headers.get('x-fourtwelve-node')).toBe('n0')
    expect(answer.headers.get('x-fourtwelve-by')).toBe('n0')
    expect(Number(answer.headers.get('x-fourtwelve-wrote'))).toBeGreaterThan(0)
    expect(answer.headers.has('x-fourtwelve-forwarded')).toBe(false)
  })

  test('a 204 has no body, and says that it is JSON all the same', async () => {
    const answer = await ask(
      'PUT /v1/sys/policy/reader',
      TOKEN,
      '{"policy":"path \\"a\\" { capabilities = [\\"read\\"] }"}',
    )
    expect(answer).toMatchObject({ status: 204, body: '' })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.has('content-length')).toBe(false)
  })

  test('signs of HTML leave escaped, as Go escapes them', async () => {
    await ask('POST /v1/secret/data/html', TOKEN, '{"data":{"page":"<a href=\\"x\\">\\u2028&</a>"}}')
    const { body } = await ask('GET /v1/secret/data/html')
    expect(body).toContain('"page":"\\u003ca href=\\"x\\"\\u003e\\u2028\\u0026\\u003c/a\\u003e"')
    expect(JSON.parse(body)).toMatchObject({ data: { data: { page: '<a href="x">\u2028&</a>' } } })
  })

  test('HEAD asks for the health of a node, and gets a status without a body', async () => {
    const answer = await ask('HEAD /v1/sys/health', {})
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(answer.headers.has('content-length')).toBe(false)
    expect(await ask('GET /v1/sys/health?activecode=299', {})).toMatchObject({ status: 299 })
  })

  test('no token is no permission', async () => {
    expect(await ask('GET /v1/secret/data/app', {})).toMatchObject({
      status: 403,
      body: '{"errors":["permission denied"]}\n',
    })
  })

  test('who served is not told where that is switched off', async () => {
    const silent = await serveNode({ tellWhoServed: false })
    const [answer] = await exchange(silent.port, raw('GET /v1/sys/health'))
    expect(answer?.status).toBe(200)
    expect([...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith('x-fourtwelve'))).toEqual([])
    await silent.close()
  })
})

describe('verbs', () => {
  test('LIST, and GET with list=true, list', async () => {
    await ask('POST /v1/secret/data/listed/one', TOKEN, '{"data":{}}')
    for (const line of [
      'LIST /v1/secret/metadata/listed',
      'LIST /v1/secret/metadata/listed/',
      'GET /v1/secret/metadata/listed?list=true',
    ]) {
      expect(JSON.parse((await ask(line)).body)).toMatchObject({ data: { keys: ['one'] } })
    }
    expect(await ask('GET /v1/secret/metadata/listed?list=banana')).toMatchObject({
      status: 400,
      body: '{"errors":[]}\n',
    })
  })

  test('PUT and POST write', async () => {
    for (const verb of ['PUT', 'POST']) {
      expect((await ask(`${verb} /v1/secret/data/written`, TOKEN, '{"data":{"a":1}}')).status).toBe(200)
    }
  })

  test.each(['LINK', 'LOCK', 'PROPFIND', 'TRACE', 'FOO', 'LISK', 'LISTS', 'CONNECT'])(
    '%s is not allowed',
    async (verb) => {
      const reached = await reachingNode(async () => {
        const target = verb === 'CONNECT' ? 'vault.example:8200' : '/v1/secret/metadata/'
        const answer = await ask(`${verb} ${target}`)
        expect(answer).toMatchObject({ status: 405, body: '{"errors":[]}\n' })
        expect(answer.headers.get('content-type')).toBe('application/json')
        expect(answer.headers.get('cache-control')).toBe('no-store')
      })
      expect(reached).toBe(0)
    },
  )

  test('a LINK never lists, however it is cut', async () => {
    const request = raw('LINK /v1/secret/metadata/listed', TOKEN)
    for (let at = 1; at < 8; at += 1) {
      const reached = await reachingNode(async () => {
        const [answer] = await exchange(server.port, [request.slice(0, at), request.slice(at)])
        expect([400, 405]).toContain(answer?.status)
      })
      expect(reached).toBe(0)
    }
  })

  test('OPTIONS is for the node to judge', async () => {
    expect((await ask('OPTIONS /v1/secret/data/app')).status).toBe(405)
    expect(lastAsked().method).toBe('OPTIONS')
  })

  test('PATCH wants its own content type', async () => {
    const body = '{"data":{"b":"c"}}'
    const patch = (type: string) =>
      ask('PATCH /v1/secret/data/app', { ...TOKEN, ...(type === '' ? {} : { 'Content-Type': type }) }, body)
    expect(await patch('application/json')).toMatchObject({
      status: 415,
      body: '{"errors":["PATCH requires Content-Type of application/merge-patch+json, provided application/json"]}\n',
    })
    expect(await patch('')).toMatchObject({ status: 400, body: '{"errors":["mime: no media type"]}\n' })
    expect((await patch('Application/Merge-Patch+JSON; charset=utf-8')).status).toBe(200)
    expect(JSON.parse((await ask('GET /v1/secret/data/app')).body)).toMatchObject({
      data: { data: { a: 'b', b: 'c' } },
    })
  })
})

describe('paths', () => {
  test.each(['/', '/foo', '/v1', '/v2/sys/health', '/ui/', '*', '/V1/sys/health'])('%s is nowhere', async (target) => {
    const reached = await reachingNode(async () => {
      expect(await ask(`GET ${target}`)).toMatchObject({ status: 404, body: '{"errors":[]}\n' })
    })
    expect(reached).toBe(0)
  })

  test.each([
    ['/v1/secret/data/a%20b', 'secret/data/a b'],
    ['/v1/secret/data/a%2Fb', 'secret/data/a/b'],
    ['/v1/secret/data/%C3%A9t%C3%A9', 'secret/data/été'],
    ['/v1/secret/data/a+b', 'secret/data/a+b'],
    ['/v1/secret/data/%25', 'secret/data/%'],
    ['/v1/secret/data/%ff', 'secret/data/\ufffd'],
    ['/v1/secret/data/a;b=c,d', 'secret/data/a;b=c,d'],
    ['/v1/secret/metadata/', 'secret/metadata/'],
    ['/v1/secret/data/a..b/.../.c', 'secret/data/a..b/.../.c'],
    ['http://vault.example:8200/v1/sys/health', 'sys/health'],
  ])('%s is the path %s', async (target, path) => {
    await ask(`GET ${target}`)
    expect(lastAsked().path).toBe(path)
  })

  test.each([
    ['/v1/secret//data/a', '/v1/secret/data/a'],
    ['/v1//secret/data/a/', '/v1/secret/data/a/'],
    ['/v1/secret/./data/a', '/v1/secret/data/a'],
    ['/v1/secret/../sys/health', '/v1/sys/health'],
    ['/v1/../../etc/passwd', '/etc/passwd'],
    ['/v1/secret/data/a/..', '/v1/secret/data'],
    ['/v1/secret/%2e%2e/sys/health?a=b%20c', '/v1/sys/health?a=b%20c'],
    ['/v1/secret//a%20b%3Fc%22', '/v1/secret/a%20b%3Fc%22'],
    ['/v1/..', '/'],
  ])('%s is to be asked for as %s', async (target, location) => {
    const reached = await reachingNode(async () => {
      const answer = await ask(`GET ${target}`)
      expect(answer.status).toBe(301)
      expect(answer.headers.get('location')).toBe(location)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.body).toBe(`<a href="${location}">Moved Permanently</a>.\n\n`)
    })
    expect(reached).toBe(0)
    expect(await ask(`DELETE ${target}`)).toMatchObject({ status: 301, body: '' })
  })

  test.each(['%01', '%7f', '%0a', '%09', '%00', '%c2%a0', '%e2%80%8b'])(
    'a %s in a path is a bad request',
    async (sign) => {
      const answer = await ask(`GET /v1/secret/data/a${sign}b`)
      expect(answer).toMatchObject({ status: 400, body: '' })
      expect(answer.headers.has('content-type')).toBe(false)
      expect(answer.headers.get('cache-control')).toBe('no-store')
    },
  )

  test.each(['%', '%4', '%zz', '%u0041'])('a malformed escape %s is a bad request', async (escape) => {
    expect(await ask(`GET /v1/secret/data/a${escape}`)).toMatchObject({ status: 400, body: '400 Bad Request' })
  })

  test.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2&a=', { a: ['1', '2', ''] }],
    ['a+b=c+d&e=%26%3D', { 'a b': 'c d', e: '&=' }],
    ['list=true&standbyok', { list: 'true', standbyok: '' }],
    ['a=1;b=2&c=%zz&%=d&e=%C3%A9', { e: 'é' }],
    ['&&a=b=c&', { a: 'b=c' }],
    [
      '__proto__=x&constructor=y',
      Object.fromEntries([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    ],
    ['', {}],
  ])('the query %s is read as Go reads it', async (query, wanted) => {
    await ask(`GET /v1/sys/mounts?${query}`)
    expect(Object.entries(lastAsked().query)).toEqual(Object.entries(wanted))
  })
})

describe('headers', () => {
  test('X-Vault-Token goes before a Bearer token', async () => {
    await ask('GET /v1/sys/mounts', { 'X-Vault-Token': 'one', Authorization: 'Bearer two' })
    expect(lastAsked().token).toBe('one')
    await ask('GET /v1/sys/mounts', { 'X-Vault-Token': '', Authorization: 'Bearer  two ' })
    expect(lastAsked().token).toBe('two')
    await ask('GET /v1/sys/mounts', { Authorization: 'Basic dHdv' })
    expect(lastAsked().token).toBeNull()
  })

  test('every X-Vault-Index counts, on a line of its own or behind a comma', async () => {
    const lines =
      'GET /v1/sys/mounts HTTP/1.1\r\nHost: x\r\nX-Vault-Index: one\r\nx-vault-index: two, three\r\nX-Vault-Token: a\r\nX-Vault-Token: b\r\nX-Vault-Forward: active-node\r\nX-Vault-Forward: no\r\nX-Vault-Inconsistent: fail\r\n\r\n'
    await exchange(server.port, lines)
    expect(lastAsked()).toMatchObject({
      index: ['one', 'two', 'three'],
      token: 'a',
      forward: 'active-node',
      inconsistent: 'fail',
    })
    await ask('GET /v1/sys/mounts', { 'X-Vault-Index': '' })
    expect(lastAsked()).toMatchObject({ index: [''], token: null, forward: '', inconsistent: '' })
  })

  test('X-Vault-No-Request-Forwarding counts, whatever it says', async () => {
    for (const [value, wanted] of [
      ['true', true],
      ['0', true],
      ['', false],
    ] as const) {
      await ask('GET /v1/sys/mounts', { ...TOKEN, 'X-Vault-No-Request-Forwarding': value })
      expect(lastAsked().noForwarding).toBe(wanted)
    }
  })

  test('an index that a write gave is accepted, and a forged one is not', async () => {
    const { headers } = await ask('POST /v1/secret/data/app', TOKEN, '{"data":{"a":"b"}}')
    const index = headers.get('x-vault-index') ?? ''
    expect((await ask('GET /v1/secret/data/app', { ...TOKEN, 'X-Vault-Index': index })).status).toBe(200)
    const forged = await ask('GET /v1/secret/data/app', {
      ...TOKEN,
      'X-Vault-Index': `${index}, ${index.replace('dj', 'dk')}`,
    })
    expect(forged.status).toBe(412)
    expect(forged.body).toBe('{"errors":["required index state not present"]}\n')
  })

  test.each([
    ['', 'sys/mounts', undefined],
    ['root', 'sys/mounts', 'root'],
    ['/', 'sys/mounts', '/'],
    ['ns1', 'ns1/sys/mounts', 'ns1'],
    ['/ns1/ns2/', 'ns1/ns2/sys/mounts', '/ns1/ns2/'],
  ])('in namespace "%s", sys/mounts is %s', async (namespace, path, echoed) => {
    const answer = await ask('GET /v1/sys/mounts', { ...TOKEN, 'X-Vault-Namespace': namespace })
    expect(lastAsked().path).toBe(path)
    expect(answer.headers.get('x-vault-namespace')).toBe(echoed)
    expect(answer.status).toBe(path === 'sys/mounts' ? 200 : 404)
  })

  test('a namespace that does not exist is nowhere, and does not hide how a node is', async () => {
    const elsewhere = { ...TOKEN, 'X-Vault-Namespace': 'ns1' }
    expect((await ask('GET /v1/secret/data/app', elsewhere)).body).toBe(
      '{"errors":["no handler for route \\"ns1/secret/data/app\\". route entry not found."]}\n',
    )
    expect((await ask('GET /v1/sys/health', elsewhere)).status).toBe(200)
  })
})

describe('bodies', () => {
  const FORM = { ...TOKEN, 'Content-Type': 'application/x-www-form-urlencoded' }
  const bodyOf = async (body: string, headers: Readonly<Record<string, string>> = TOKEN) => {
    const answer = await ask('POST /v1/secret/config', headers, body)
    return { answer, body: lastAsked().body }
  }

  test.each([
    ['', { kind: 'none' }],
    [' \n', { kind: 'none' }],
    ['null', { kind: 'none' }],
    ['{}', { kind: 'json', value: {} }],
    [' {"a":[1,{"b":null}]} ', { kind: 'json', value: { a: [1, { b: null }] } }],
    ['{"__proto__":{"x":1}}', { kind: 'json', value: JSON.parse('{"__proto__":{"x":1}}') as object }],
    ['[{"a":1}]', { kind: 'bad' }],
    ['"a"', { kind: 'bad' }],
    ['12', { kind: 'bad' }],
    ['{"a":1', { kind: 'bad' }],
    ['{a:1}', { kind: 'bad' }],
    ['\ufeff{}', { kind: 'bad' }],
  ])('%s is read as %o', async (text, wanted) => {
    const { answer, body } = await bodyOf(Buffer.from(text, 'utf8').toString('latin1'))
    expect(body).toEqual(wanted)
    if (wanted.kind === 'bad')
      expect(answer).toMatchObject({ status: 400, body: '{"errors":["error parsing JSON"]}\n' })
  })

  test('nesting has an end, far before it could hurt', async () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect((await bodyOf(nested(500))).body.kind).toBe('json')
    expect((await bodyOf(nested(501))).body.kind).toBe('bad')
    expect((await bodyOf(nested(1_000_000))).answer.status).toBe(400)
  })

  test('UTF-8 arrives, whatever the reads', async () => {
    const text = Buffer.from('{"a":"é→😀"}', 'utf8').toString('latin1')
    await exchange(server.port, raw('POST /v1/secret/config', TOKEN, text).split(''))
    expect(lastAsked().body).toEqual({ kind: 'json', value: { a: 'é→😀' } })
  })

  test.each([
    ['max_versions=3&cas_required=true', { max_versions: '3', cas_required: 'true' }],
    ['a=b%20c+d&a=e', { a: 'b c d,e' }],
    ['a=%C3%A9', { a: 'é' }],
  ])('the form %s is read', async (text, wanted) => {
    expect((await bodyOf(text, FORM)).body).toEqual({ kind: 'json', value: wanted })
  })

  test('JSON that calls itself a form is JSON: curl does so', async () => {
    expect((await bodyOf('  {"a":"b=c&d"}', FORM)).body).toEqual({ kind: 'json', value: { a: 'b=c&d' } })
    expect((await bodyOf('[1]', FORM)).body).toEqual({ kind: 'bad' })
  })

  test.each(['a=%zz', 'a=b;c=d'])('the form %s cannot be read', async (text) => {
    const reached = await reachingNode(async () => {
      const answer = await ask('POST /v1/secret/config', FORM, text)
      expect(answer).toMatchObject({ status: 400, body: '{"errors":["error parsing form data"]}\n' })
    })
    expect(reached).toBe(0)
  })

  test('the body of a GET or a DELETE is not looked at, and does not end up in the next request', async () => {
    const answers = await exchange(
      server.port,
      raw('GET /v1/sys/mounts', TOKEN, '{"bad') +
        raw('DELETE /v1/secret/data/app', TOKEN, 'LIST /v1/ HTTP/1.1') +
        raw('LIST /v1/secret/metadata/listed', TOKEN),
      3,
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 204, 200])
    expect(server.asked.slice(-3).map(({ body }) => body.kind)).toEqual(['none', 'none', 'none'])
  })
})

describe('a wish that is not granted', () => {
  test.each([
    ['5m', 'response wrapping is not built in this simulated cluster: leave X-Vault-Wrap-TTL out'],
    ['60', 'response wrapping is not built in this simulated cluster: leave X-Vault-Wrap-TTL out'],
    ['1.5h30s', 'response wrapping is not built in this simulated cluster: leave X-Vault-Wrap-TTL out'],
    ['soon', 'error parsing X-Vault-Wrap-TTL header: time: invalid duration "soon"'],
    ['1.5', 'error parsing X-Vault-Wrap-TTL header: time: missing unit in duration "1.5"'],
    ['5x', 'error parsing X-Vault-Wrap-TTL header: time: unknown unit "x" in duration "5x"'],
    ['-5m', 'error parsing X-Vault-Wrap-TTL header: requested wrap ttl cannot be negative'],
  ])('X-Vault-Wrap-TTL: %s', async (value, error) => {
    const answer = await ask('GET /v1/auth/token/lookup-self', { ...TOKEN, 'X-Vault-Wrap-TTL': value })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { errors: [error] }])
  })

  test('an empty X-Vault-Wrap-TTL is none', async () => {
    const answer = await ask('GET /v1/auth/token/lookup-self', { ...TOKEN, 'X-Vault-Wrap-TTL': '' })
    expect(answer.status).toBe(200)
  })

  test.each(['', '{"path":"a"}'])(
    'an upgrade of the connection: what follows in the same packet is answered (%s)',
    async (body) => {
      const upgrade = raw(
        `${body === '' ? 'GET /v1/sys/health' : 'POST /v1/sys/capabilities-self'}`,
        { ...TOKEN, Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' },
        body,
      )
      const answers = await exchange(server.port, upgrade + raw('LIST /v1/sys/policies/acl', TOKEN) + upgrade, 3)
      expect(answers.map(({ status, body: said }) => (status === 200 ? 200 : said))).toEqual([200, 200, 200])
    },
  )
})

const SERVED: Served = {
  node: nodeId(1),
  by: nodeId(0),
  applied: walIndex(12),
  appliedHere: walIndex(7),
  required: walIndex(6),
  epoch: epoch(0),
  forwarded: 'new-token',
  wrote: walIndex(0),
  waitTimedOut: true,
}

const reply = (given: Partial<VaultReply>): Answer => ({
  kind: 'reply',
  value: { reply: { status: 200, index: null, body: null, ...given }, served: SERVED },
})

describe('a server before a node that answers otherwise', () => {
  const once = async (answer: Answer | null, target: string, change = {}): Promise<readonly RawAnswer[]> => {
    const other = await serveWith({
      node: nodeId(1),
      serve: (_, answered) => {
        if (answer !== null) answered(answer)
      },
      ...change,
    })
    const answers = await exchange(other.port, raw(`GET ${target}`, { 'X-Vault-Namespace': 'root' }))
    await other.close()
    return answers
  }

  test('a 307 names the active node, with path and query as they were asked for', async () => {
    const [answer] = await once(reply({ status: 307, redirectTo: nodeId(0) }), '/v1/secret/data/a%20b%3Fc?x=%20y&z')
    expect(answer).toMatchObject({ status: 307, body: '' })
    expect(answer?.headers.get('location')).toBe('http://n0.example:8200/v1/secret/data/a%20b%3Fc?x=%20y&z')
    expect(answer?.headers.get('cache-control')).toBe('no-store')
  })

  test('a 307 to a node whose address nobody knows is a 503', async () => {
    const [answer] = await once(reply({ status: 307, redirectTo: nodeId(0) }), '/v1/a', { addressOf: () => null })
    expect(answer).toMatchObject({ status: 503, body: '{"errors":["no active Vault instance found"]}\n' })
  })

  test('a body that is no JSON keeps its type', async () => {
    const [answer] = await once(
      reply({ text: { type: 'text/plain; version=0.0.4', body: 'up é 1\n' } }),
      '/v1/sys/metrics',
    )
    expect(answer?.headers.get('content-type')).toBe('text/plain; version=0.0.4')
    expect(Buffer.from(answer?.body ?? '', 'latin1').toString('utf8')).toBe('up é 1\n')
  })

  test('all that is known of a forwarded request is told', async () => {
    const [answer] = await once(reply({ body: {} }), '/v1/a')
    const told = [...(answer?.headers ?? [])].filter(([name]) => name.startsWith('x-fourtwelve-'))
    expect(Object.fromEntries(told)).toEqual({
      'x-fourtwelve-node': 'n1',
      'x-fourtwelve-by': 'n0',
      'x-fourtwelve-applied': '12',
      'x-fourtwelve-applied-here': '7',
      'x-fourtwelve-required': '6',
      'x-fourtwelve-epoch': '0',
      'x-fourtwelve-wrote': '0',
      'x-fourtwelve-forwarded': 'new-token',
      'x-fourtwelve-wait-timed-out': 'true',
    })
  })

  test('an answer that is lost ends the connection without a word', async () => {
    expect(await once({ kind: 'lost', why: 'killed' }, '/v1/a')).toEqual([])
  })

  test('a request that takes too long is given up, and a late answer is dropped', async () => {
    const late: ((answer: Answer) => void)[] = []
    const limits = { answer: micros(50 * MICROS_PER_MS) }
    const slow = await serveWith({ serve: (_, answered) => void late.push(answered), limits })
    const [answer] = await exchange(slow.port, raw('GET /v1/a'))
    expect(answer).toMatchObject({
      status: 500,
      body: '{"errors":["1 error occurred:\\n\\t* context deadline exceeded\\n\\n"]}\n',
    })
    for (const answered of late) answered(reply({}))
    await slow.close()
  })

  test('answers leave in the order of the requests, whichever is ready first', async () => {
    const waiting: ((answer: Answer) => void)[] = []
    const two = await serveWith({
      serve: (_request, answered) => {
        waiting.push(answered)
        if (waiting.length < 3) return
        for (const [at, then] of [...waiting].reverse().entries()) then(reply({ body: { at: 2 - at } }))
      },
    })
    const answers = await exchange(two.port, raw('GET /v1/0') + raw('LIST /v1/1') + raw('PUT /v1/2', {}, '{}'), 3)
    expect(answers.map(({ body }) => body)).toEqual(['{"at":0}\n', '{"at":1}\n', '{"at":2}\n'])
    expect(two.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET 0', 'LIST 1', 'PUT 2'])
    await two.close()
  })
})

describe('listening and closing', () => {
  test('a port that is taken is a rejection', async () => {
    const second = createVaultServer({
      node: nodeId(0),
      serve: () => undefined,
      addressOf: () => null,
      tellWhoServed: false,
    })
    await expect(second.listen(server.port, '127.0.0.1')).rejects.toThrow('EADDRINUSE')
  })

  test('closing answers what is in progress, then nobody is let in', async () => {
    const waiting: ((answer: Answer) => void)[] = []
    const closing = await serveWith({ serve: (_, answered) => void waiting.push(answered) })
    const answers = exchange(closing.port, raw('LIST /v1/a'))
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const closed = closing.close()
    waiting[0]?.(reply({ status: 204 }))
    expect((await answers)[0]?.status).toBe(204)
    await closed
    expect(await exchange(closing.port, raw('GET /v1/a'))).toEqual([])
  })

  test('closing does not wait for clients that keep their connections', async () => {
    const closing = await serveNode()
    const sockets = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect(closing.port, '127.0.0.1')
        socket.write(raw('GET /v1/sys/health'))
        await new Promise((resolve) => socket.once('data', resolve))
        return socket
      }),
    )
    const began = performance.now()
    await closing.close()
    expect(performance.now() - began).toBeLessThan(500)
    for (const socket of sockets) socket.destroy()
  })

  test('closing answers a client that keeps its connection, and then ends it', async () => {
    const waiting: ((answer: Answer) => void)[] = []
    const closing = await serveWith({ serve: (_, answered) => void waiting.push(answered) })
    const socket = connect(closing.port, '127.0.0.1')
    const heard = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
    socket.write(raw('GET /v1/a'))
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const began = performance.now()
    const closed = closing.close()
    waiting[0]?.(reply({ status: 204 }))
    expect(await heard).toContain('204 No Content')
    await closed
    expect(performance.now() - began).toBeLessThan(500)
    socket.destroy()
  })

  test('over TLS the same is answered', async () => {
    const secure = await serveNode({ tls: { key: KEY, cert: CERTIFICATE } })
    const socket = connectTls({ port: secure.port, host: '127.0.0.1', ca: CERTIFICATE })
    socket.write(raw('LIST /v1/sys/policies/acl', TOKEN) + raw('GET /v1/sys/health'))
    const [list, health] = await readAnswers(socket, 2)
    expect(JSON.parse(list?.body ?? '')).toMatchObject({ data: { keys: ['default', 'root'] } })
    expect(health?.status).toBe(200)
    await secure.close()
  })
})
