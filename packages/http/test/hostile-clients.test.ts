/** Whatever a client sends, it gets an answer or its connection ends, and the server goes on. */

import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { micros, MICROS_PER_MS, nodeId, type VaultRequest } from '@fourtwelve/protocol'
import type { Answer } from '@fourtwelve/cluster'
import { exchange, raw, readAnswers } from './raw-client.ts'
import { ROOT, serveNode, serveWith, type RunningServer } from './served-node.ts'

const SHORT = micros(150 * MICROS_PER_MS)
const BODY_LIMIT = 100_000

let server: RunningServer
beforeAll(async () => {
  server = await serveNode({ limits: { readHeaders: SHORT, readRequest: SHORT, idle: SHORT, body: BODY_LIMIT } })
})
/** After every attack somebody else is served as ever. */
afterAll(async () => {
  const [answer] = await exchange(server.port, raw('LIST /v1/sys/policies/acl', { 'X-Vault-Token': ROOT }))
  expect(answer?.status).toBe(200)
  await server.close()
})

const statuses = async (sent: string | readonly string[], count = 1): Promise<number[]> =>
  (await exchange(server.port, sent, count)).map(({ status }) => status)

const HEAD = 'POST /v1/secret/data/app HTTP/1.1\r\nHost: x\r\n'
const HEALTH = raw('GET /v1/sys/health')

test.each([
  ['a length and chunks', `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${HEALTH}`],
  ['chunks and a length', `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${HEALTH}`],
  ['two lengths', `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nLIST /`],
  ['chunked, but not last', `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`],
  ['a chunk size that is none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nLIST\r\n`],
  ['a chunk size that is too large', `${HEAD}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n`],
  ['a folded header', `${HEAD}X: a\r\n Content-Length: 5\r\n\r\n`],
  ['a bare newline', 'GET /v1/sys/health HTTP/1.1\nHost: x\n\n'],
  ['no Host', 'GET /v1/sys/health HTTP/1.1\r\n\r\n'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['no text', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a byte beyond ASCII in the path', 'GET /v1/\xe9 HTTP/1.1\r\nHost: x\r\n\r\n'],
])('%s is a bad request', async (_, sent) => {
  const before = server.asked.length
  expect(await statuses(sent, 3)).toEqual([400])
  expect(server.asked).toHaveLength(before)
})

test('headers without end are refused before they fill the memory', async () => {
  const piece = `X-Large: ${'a'.repeat(60_000)}\r\n`
  expect(
    await statuses(['GET /v1/sys/health HTTP/1.1\r\nHost: x\r\n', ...Array.from({ length: 40 }, () => piece)]),
  ).toEqual([431])
})

test('what was asked before a fault is answered before it', async () => {
  expect(
    await statuses(`${HEALTH}${raw('LIST /v1/sys/policies/acl', { 'X-Vault-Token': ROOT })}hello\r\n\r\n${HEALTH}`, 9),
  ).toEqual([200, 200, 400])
})

test('a fault waits for answers that take their time', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const slow = await serveWith({ serve: (_, answered) => void waiting.push(answered) })
  const answers = exchange(slow.port, `${HEALTH}BREW /v1/coffee HTTP/1.1\r\n\r\n`, 9)
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setTimeout(resolve, 30))
  waiting[0]?.(LATE)
  expect((await answers).map(({ status }) => status)).toEqual([200, 405])
  await slow.close()
})

test('an answer that comes after its connection was given up is dropped', async () => {
  const waiting: ((answer: Answer) => void)[] = []
  const slow = await serveWith({ serve: (_, answered) => void waiting.push(answered) })
  const answers = exchange(slow.port, 'GET /v1/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 9)
  expect((await answers).map(({ status }) => status)).toEqual([400])
  for (const answered of waiting) answered(LATE)
  expect(waiting).toHaveLength(1)
  await slow.close()
})

const LATE: Answer = {
  kind: 'reply',
  value: {
    reply: { status: 200, index: null, body: {} },
    served: {
      node: nodeId(0),
      by: nodeId(0),
      applied: 0 as never,
      appliedHere: 0 as never,
      required: 0 as never,
      epoch: 0 as never,
      forwarded: null,
      wrote: 0 as never,
      waitTimedOut: false,
    },
  },
}

test.each([
  ['a request line', 'LIST /v1/sys/pol'],
  ['a verb', 'LI'],
  ['headers', 'GET /v1/sys/health HTTP/1.1\r\nHost: x\r\nX-Vau'],
  ['a body', `${HEAD}Content-Length: 5\r\n\r\nLIS`],
  ['a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nLIS`],
  ['nothing', ''],
])('%s that stops in the middle has its time, and no more', async (_, sent) => {
  expect(await statuses(sent)).toEqual([408])
})

test.each([
  ['a request line', 'LIST /v1/sys/pol'],
  ['headers', 'GET /v1/sys/health HTTP/1.1\r\nHost: x\r\nX-Vau'],
  ['a body', `${HEAD}Content-Length: 5\r\n\r\nLIS`],
])('%s that ends in the middle is a bad request', async (_, sent) => {
  const socket = connect(server.port, '127.0.0.1')
  const answers = readAnswers(socket, 1)
  socket.end(sent)
  expect((await answers).map(({ status }) => status)).toEqual([400])
})

test('a client that goes away in the middle of anything is not missed', async () => {
  const whole = raw('PUT /v1/secret/data/app', { 'X-Vault-Token': ROOT }, '{"data":{"a":"LIST"}}')
  for (let at = 1; at <= whole.length; at += 7) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(whole.slice(0, at), () => {
          socket.resetAndDestroy()
          resolve()
        })
      })
    })
  }
  expect(await statuses(HEALTH)).toEqual([200])
})

test('what a client sends after its connection was given up reaches nobody', async () => {
  const answerTo = (socket: Socket): Promise<string> =>
    new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
  // It goes on although the server has ended its side.
  const given = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
  given.write('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n')
  given.on('error', () => undefined)
  expect(await answerTo(given)).toMatch(/^HTTP\/1.1 405 /)
  const other = connect(server.port, '127.0.0.1')
  other.write(HEALTH.slice(0, 20))
  await new Promise((resolve) => setTimeout(resolve, 20))
  given.write('this belongs to no request')
  await new Promise((resolve) => setTimeout(resolve, 20))
  other.write(HEALTH.slice(20))
  expect(await answerTo(other)).toMatch(/^HTTP\/1.1 200 /)
  given.destroy()
  other.destroy()
})

describe('a body that is too large', () => {
  const TOO_LARGE = { status: 413, body: '{"errors":["error parsing JSON"]}\n' }
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`
  const asking = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`

  test.each([
    ['by its length', [`${HEAD}Content-Length: ${BODY_LIMIT + 1}\r\n\r\n`, 'a'.repeat(BODY_LIMIT + 1)]],
    ['by what comes', [asking, ...Array.from({ length: 10 }, () => chunk), '0\r\n\r\n']],
    ['by its length, and never comes', [`${HEAD}Content-Length: 99999999999\r\n\r\n`, 'LIST']],
    ['by what comes, and has no end', [asking, ...Array.from({ length: 30 }, () => chunk)]],
  ])('%s is refused, and ends the connection', async (_, sent) => {
    const before = server.asked.length
    const answers = await exchange(server.port, [...sent, HEALTH], 2)
    expect(answers).toHaveLength(1)
    expect(answers[0]).toMatchObject(TOO_LARGE)
    expect(answers[0]?.headers.get('connection')).toBe('close')
    expect(server.asked).toHaveLength(before)
  })

  test('takes with it what the client sent right behind it', async () => {
    const narrow = await serveNode({ limits: { body: 10 } })
    const answers = await exchange(narrow.port, `${HEAD}Content-Length: 11\r\n\r\n{"data":{}}${HEALTH}`, 2)
    expect(answers.map(({ status }) => status)).toEqual([413])
    expect(narrow.asked).toEqual([])
    await narrow.close()
  })

  test('is refused also when all of it came at once', async () => {
    const narrow = await serveNode({ limits: { body: 10 } })
    const sent = `${HEAD}Transfer-Encoding: chunked\r\n\r\nb\r\n{"data":{}}\r\n0\r\n\r\n`
    expect((await exchange(narrow.port, sent, 2)).map(({ status }) => status)).toEqual([413])
    await narrow.close()
  })

  test('is not asked for when the client asks first', async () => {
    const heard = await firstBytes(`${HEAD}Expect: 100-continue\r\nContent-Length: ${BODY_LIMIT + 1}\r\n\r\n`)
    expect(heard).toMatch(/^HTTP\/1.1 413 /)
  })

  test('is asked for when it is small enough', async () => {
    const heard = await firstBytes(`${HEAD}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n`)
    expect(heard).toMatch(/^HTTP\/1.1 100 /)
  })

  const firstBytes = (sent: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(sent))
      socket.once('data', (bytes) => {
        socket.destroy()
        resolve(bytes.toString('latin1'))
      })
    })
})

test('a body of just the limit is taken', async () => {
  const body = `{"data":{"a":"${'x'.repeat(BODY_LIMIT - 17)}"}}`
  expect(body).toHaveLength(BODY_LIMIT)
  expect(await statuses(raw('POST /v1/secret/data/large', { 'X-Vault-Token': ROOT }, body))).toEqual([200])
})

test('no bytes at all hang the server or bring it down, and none reach the node as what they are not', async () => {
  const seen: VaultRequest[] = []
  const other = await serveWith({
    limits: { readHeaders: SHORT, readRequest: SHORT },
    serve: (request, answered) => {
      seen.push(request)
      answered(LATE)
    },
  })
  const part = fc.oneof(
    fc.constantFrom(
      'GET ',
      'LIST ',
      'LINK ',
      'POST ',
      '/v1/a',
      ' HTTP/1.1\r\n',
      '\r\n',
      '\r\n\r\n',
      'Host: x\r\n',
      'Content-Length: 4\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Connection: upgrade\r\nUpgrade: h2c\r\n',
      'Expect: 100-continue\r\n',
      '0\r\n\r\n',
      '4\r\n',
      HEALTH,
      raw('LIST /v1/b'),
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 10 }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 12 }), async (parts) => {
      const socket: Socket = connect(other.port, '127.0.0.1')
      const ended = new Promise((resolve) => socket.on('close', resolve))
      socket.on('error', () => undefined).resume()
      // Ends of its own accord: a client that keeps its connection open may keep it open.
      socket.end(parts.join(''), 'latin1')
      await ended
    }),
    { numRuns: 200 },
  )
  expect(seen.every(({ method }) => ['GET', 'LIST', 'POST'].includes(method))).toBe(true)
  const [answer] = await exchange(other.port, HEALTH)
  expect(answer?.status).toBe(200)
  await other.close()
})
