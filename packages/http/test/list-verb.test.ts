/** The verb LIST through a real parser: what arrives is what was sent, over sockets, over TLS, and in pieces of any size. */

import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { duplexPair, type Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { acceptListVerb } from '../dist/list-verb.js'
import { cut, CUTS, REQUESTS, type SentRequest } from './any-requests.ts'
import { exchange, parseAnswers, raw, readAnswers } from './raw-client.ts'
import { CERTIFICATE, KEY } from './self-signed.ts'

/** Says what arrived, as JSON: verb, target, body. */
function echo(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const said = JSON.stringify([request.method, request.url, Buffer.concat(chunks).toString('latin1')])
    response.writeHead(200, { 'Content-Length': Buffer.byteLength(said) })
    response.end(request.method === 'HEAD' ? undefined : said)
  })
}

const arrivedAs = ({ method, target, body }: Pick<SentRequest, 'method' | 'target' | 'body'>): string =>
  Buffer.from(JSON.stringify([method === 'LIST' ? 'LINK' : method, target, body]), 'utf8').toString('latin1')

async function started<T extends Server>(server: T): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const plain = createPlainServer(echo)
const secure = createTlsServer({ key: KEY, cert: CERTIFICATE }, echo)
acceptListVerb(plain)
acceptListVerb(secure)
/** A server of Node's that knows no LIST. */
const untouched = createPlainServer(echo)
const servers = { plain, secure, untouched }
const ports = { plain: 0, secure: 0, untouched: 0 }
beforeAll(async () => {
  for (const name of ['plain', 'secure', 'untouched'] as const) ports[name] = await started(servers[name])
})
afterAll(() => {
  for (const server of Object.values(servers)) {
    server.closeAllConnections()
    server.close()
  }
})

const openPlain = (): Socket => connect(ports.plain, '127.0.0.1').setNoDelay(true)
const openSecure = (): Socket => connectTls({ port: ports.secure, host: '127.0.0.1', ca: CERTIFICATE }).setNoDelay(true)

/** Whole answers once `count` are there. */
async function talk(open: () => Socket, pieces: readonly string[], count: number): Promise<string[]> {
  const socket = open()
  const answers = readAnswers(socket, count)
  for (const piece of pieces) {
    socket.write(piece, 'latin1')
    await new Promise((resolve) => setImmediate(resolve))
  }
  return (await answers).map(({ body }) => body)
}

/** Like `talk`, but the parser gets exactly these pieces: no network lies between. */
async function talkInPieces(pieces: readonly string[], count: number): Promise<string[]> {
  const [here, there]: Duplex[] = duplexPair()
  if (here === undefined || there === undefined) throw new Error('a pair has two ends')
  plain.emit('connection', there)
  let received = ''
  const done = new Promise<void>((resolve) => {
    here.on('data', (bytes: Buffer) => {
      received += bytes.toString('latin1')
      if (parseAnswers(received).length >= count) resolve()
    })
    here.on('close', resolve)
  })
  for (const piece of pieces) await new Promise((resolve) => here.write(Buffer.from(piece, 'latin1'), resolve))
  await done
  here.destroy()
  return parseAnswers(received).map(({ body }) => body)
}

test('any requests in any pieces arrive as they were sent', async () => {
  await fc.assert(
    fc.asyncProperty(REQUESTS, CUTS, async (requests, cuts) => {
      const pieces = cut(requests.map(({ wire }) => wire).join(''), cuts)
      expect(await talkInPieces(pieces, requests.length)).toEqual(requests.map(arrivedAs))
    }),
    { numRuns: 300 },
  )
})

describe.each([
  ['plain', openPlain],
  ['secure', openSecure],
] as const)('over %s sockets', (_, open) => {
  test('any requests in any pieces arrive as they were sent', async () => {
    await fc.assert(
      fc.asyncProperty(REQUESTS, CUTS, async (requests, cuts) => {
        const pieces = cut(requests.map(({ wire }) => wire).join(''), cuts)
        expect(await talk(open, pieces, requests.length)).toEqual(requests.map(arrivedAs))
      }),
      { numRuns: 40 },
    )
  })

  test('one connection carries LIST and other verbs in turn, each after the answer to the one before', async () => {
    const socket = open()
    for (const method of ['GET', 'LIST', 'POST', 'LIST', 'LIST', 'GET', 'DELETE', 'LIST']) {
      const body = method === 'POST' ? '{"a":"LIST "}' : ''
      const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))
      socket.write(raw(`${method} /v1/x`, {}, body), 'latin1')
      expect(await answer).toContain(arrivedAs({ method, target: '/v1/x', body }))
    }
    socket.destroy()
  })

  test('a LIST is told at every place where its bytes can be cut', async () => {
    const request = raw('LIST /v1/sys/policies')
    const wanted = [arrivedAs({ method: 'LIST', target: '/v1/sys/policies', body: '' })]
    for (let at = 1; at < 10; at += 1) {
      expect(await talk(open, [request.slice(0, at), request.slice(at)], 1)).toEqual(wanted)
    }
  })

  test('a body of many reads that is full of LIST lines arrives whole, and the LIST behind it as a LIST', async () => {
    const body = 'LIST /v1/trap HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20_000)
    const [first, second] = await talk(open, [raw('PUT /v1/big', {}, body) + raw('LIST /v1/after')], 2)
    expect(first).toBe(arrivedAs({ method: 'PUT', target: '/v1/big', body }))
    expect(second).toBe(arrivedAs({ method: 'LIST', target: '/v1/after', body: '' }))
  })
})

const NEXT = `${raw('LIST /v1/next')}${raw('GET /v1/last')}`
const POST = 'POST /v1/odd HTTP/1.1\r\nHost: x\r\n'
/** Read as anything but a chunk, it would end a request and begin the next. */
const CHUNKS = '9\r\n\r\n\r\nLIST \r\n0\r\n\r\n'
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`

/** Framings on the edge of what the parser takes, and beyond. */
const ODD_FRAMINGS: Readonly<Record<string, string>> = {
  'empty lines before it': '\r\n\r\n\n\rGET /v1/odd HTTP/1.1\r\nHost: x\r\n\r\n',
  'bare newlines': 'GET /v1/odd HTTP/1.1\nHost: x\n\n',
  'no newline after the last return': 'GET /v1/odd HTTP/1.1\r\nHost: x\r\n\r',
  'a length with spaces behind it': `${POST}Content-Length: 5   \r\n\r\nLIST `,
  'a length behind a tab': `${POST}Content-Length:\t5\r\n\r\nLIST `,
  'a length with a tab behind it': `${POST}Content-Length: 5\t\r\n\r\nLIST `,
  'a length with leading zeros': `${POST}Content-Length: 0005\r\n\r\nLIST `,
  'a length twice': `${POST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nLIST `,
  'two lengths in one header': `${POST}Content-Length: 5, 5\r\n\r\nLIST `,
  'a signed length': `${POST}Content-Length: +5\r\n\r\nLIST `,
  'an empty length': `${POST}Content-Length:\r\n\r\n`,
  'a length in a folded line': `${POST}Content-Length:\r\n 5\r\n\r\nLIST `,
  'a length before a space': `${POST}Content-Length : 5\r\n\r\nLIST `,
  'a length that is hidden in another header': `${POST}X: a\r\n Content-Length: 5\r\n\r\nLIST `,
  'a length and chunks': `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  'chunks and a length': `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n${CHUNKS}`,
  'an empty encoding': `${POST}Transfer-Encoding:\r\n\r\n`,
  'an empty encoding and a length': `${POST}Transfer-Encoding:\r\nContent-Length: 5\r\n\r\nLIST `,
  'an empty encoding after chunked': `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n\r\n${CHUNKS}`,
  'chunked behind a comma': `${POST}Transfer-Encoding: ,chunked\r\n\r\n${CHUNKS}`,
  'chunked before a comma': `${POST}Transfer-Encoding: chunked,\r\n\r\n${CHUNKS}`,
  'chunked and then something else': `${POST}Transfer-Encoding: chunked, gzip\r\n\r\n${CHUNKS}`,
  'something else on a line before chunked': `${POST}Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`,
  'something that begins like chunked': `${POST}Transfer-Encoding: chunkedx\r\n\r\n${CHUNKS}`,
  'chunked with a tab behind it': `${POST}Transfer-Encoding: chunked\t\r\n\r\n${CHUNKS}`,
  'blanks and commas around chunked': `${POST}Transfer-Encoding: \t, gzip ,\tchunked  \r\n\r\n${CHUNKS}`,
  'chunks in HTTP/1.0':
    'POST /v1/odd HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nLIST \r\n0\r\n\r\n',
  'HTTP/1.0 that is kept alive': 'GET /v1/odd HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'HTTP/1.0 that is not': 'GET /v1/odd HTTP/1.0\r\n\r\n',
  'HTTP/0.9': 'GET /v1/odd\r\n\r\n',
  'a connection that is to be closed': 'GET /v1/odd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'a quoted chunk extension': `${CHUNKED}5;a="b;\\"c"\r\nLIST \r\n0\r\n\r\n`,
  'a chunk size with a space': `${CHUNKED}5 \r\nLIST \r\n0\r\n\r\n`,
  'a chunk size with leading zeros': `${CHUNKED}0005\r\nLIST \r\n00000\r\n\r\n`,
  'a chunk size that is none': `${CHUNKED}zz\r\nLIST \r\n0\r\n\r\n`,
  'a chunk size that is too large': `${CHUNKED}fffffffffffffffff\r\nLIST \r\n0\r\n\r\n`,
  'a chunk that is longer than its size': `${CHUNKED}2\r\nLIST \r\n0\r\n\r\n`,
  'a chunk size with a bare newline': `${CHUNKED}5\nLIST \r\n0\r\n\r\n`,
  'a length among trailers': `${CHUNKED}0\r\nContent-Length: 5\r\n\r\n`,
  'an encoding among trailers': `${CHUNKED}0\r\nTransfer-Encoding: chunked\r\n\r\n`,
  'a body on a GET': 'GET /v1/odd HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nLIST ',
  'a header without a colon': `${POST}Content-Length\r\n\r\n`,
  'a NUL in a header': `${POST}X: a\0b\r\n\r\n`,
  'two spaces in the request line': 'GET  /v1/odd  HTTP/1.1\r\nHost: x\r\n\r\n',
}

test.each(Object.entries(ODD_FRAMINGS))('%s: what follows is taken as Node takes it without LIST', async (_, odd) => {
  const answered = async (port: number, sent: string | string[]): Promise<string[]> =>
    (await exchange(port, sent, 3)).filter(({ status }) => status === 200).map(({ body }) => body)
  for (const cutUp of [(text: string) => [text], (text: string) => text.split('')]) {
    const untouched = await answered(ports.untouched, cutUp(odd + NEXT.replace('LIST', 'LOCK')))
    expect(await answered(ports.plain, cutUp(odd + NEXT))).toEqual(
      untouched.map((said) => said.replace('LOCK', 'LINK')),
    )
  }
})
