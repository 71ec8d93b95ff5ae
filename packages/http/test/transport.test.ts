/** The client's side against the server's: what goes in at one end comes out at the other. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  epoch,
  nodeId,
  vaultRequest,
  walIndex,
  type ForwardCause,
  type JsonObject,
  type NodeId,
  type ServedReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { Answer } from '@fourtwelve/cluster'
import { createTransport, type Transport } from '@fourtwelve/http/transport'
import { ROOT, serveNode, serveWith, type RunningServer } from './served-node.ts'
import { CERTIFICATE, KEY } from './self-signed.ts'

let node: RunningServer
let secure: RunningServer
let scripted: RunningServer
/** What the scripted server says next. */
let next: Answer
let transport: Transport

const [REAL, SECURE, SCRIPTED, NOWHERE, DEAD] = [0, 1, 2, 3, 4].map(nodeId) as [NodeId, NodeId, NodeId, NodeId, NodeId]

beforeAll(async () => {
  node = await serveNode()
  secure = await serveNode({ tls: { key: KEY, cert: CERTIFICATE } })
  scripted = await serveWith({ node: SCRIPTED, serve: (_, answered) => answered(next) })
  const addresses = new Map([
    [REAL, `http://127.0.0.1:${node.port}`],
    [SECURE, `https://127.0.0.1:${secure.port}`],
    [SCRIPTED, `http://127.0.0.1:${scripted.port}`],
    [DEAD, 'http://127.0.0.1:1'],
  ])
  transport = createTransport((asked) => addresses.get(asked) ?? null, { ca: CERTIFICATE })
})
afterAll(async () => {
  await transport.close()
  await Promise.all([node, secure, scripted].map((server) => server.close()))
})

const send = (to: NodeId, request: VaultRequest): Promise<Answer> =>
  new Promise((resolve) => transport.send(to, request, resolve))

async function replyOf(to: NodeId, request: VaultRequest): Promise<ServedReply> {
  const answer = await send(to, request)
  if (answer.kind === 'lost') throw new Error(answer.why)
  return answer.value
}

const OK: ServedReply = {
  reply: { status: 200, index: null, body: {} },
  served: {
    node: SCRIPTED,
    by: SCRIPTED,
    applied: walIndex(1),
    appliedHere: walIndex(1),
    required: walIndex(0),
    epoch: epoch(0),
    forwarded: null,
    wrote: walIndex(0),
    waitTimedOut: false,
  },
}

test.each([
  ['plain', REAL],
  ['secure', SECURE],
])('a real node is written to, read and listed over %s connections', async (_, to) => {
  const given = { token: ROOT }
  const body = { kind: 'json', value: { data: { a: 'é' } } } as const
  const wrote = await replyOf(to, vaultRequest('POST', 'secret/data/app', { ...given, body }))
  expect(wrote.reply).toMatchObject({ status: 200, index: expect.stringMatching(/^djE6/) })
  expect(wrote.served.wrote).toBeGreaterThan(0)
  const read = await replyOf(to, vaultRequest('GET', 'secret/data/app', { ...given, index: [wrote.reply.index ?? ''] }))
  expect(read.reply.body).toMatchObject({ data: { data: { a: 'é' } } })
  expect(read.served.applied).toBe(wrote.served.wrote)
  const listed = await replyOf(to, vaultRequest('LIST', 'secret/metadata', given))
  expect(listed.reply.body).toMatchObject({ data: { keys: ['app'] } })
  const gone = await replyOf(to, vaultRequest('DELETE', 'secret/data/app', given))
  expect(gone.reply).toEqual({ status: 204, index: expect.any(String) as string, body: null })
})

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
  .filter(
    (text) =>
      /^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(text) && !/^\.+$/.test(text) && !text.includes('/') && text.isWellFormed(),
  )
const headerValue = fc.stringMatching(/^[!-~]{1,40}$/)

const ANY_REQUEST = fc.record({
  method: fc.constantFrom('GET', 'LIST', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  path: fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')),
  query: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.array(fc.string(), { minLength: 2, maxLength: 3 })), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  token: fc.option(headerValue),
  index: fc.array(
    headerValue.filter((text) => !text.includes(',')),
    { maxLength: 3 },
  ),
  inconsistent: fc.constantFrom('', 'fail', 'forward-active-node'),
  forward: fc.constantFrom('', 'active-node'),
  noForwarding: fc.boolean(),
  body: fc.oneof(
    fc.constant({ kind: 'none' } as const),
    fc.constant({ kind: 'bad' } as const),
    fc
      .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true })
      .map((value) => ({ kind: 'json', value: JSON.parse(JSON.stringify(value)) as JsonObject }) as const),
  ),
})

test('any request arrives at the node as it was sent', async () => {
  next = { kind: 'reply', value: OK }
  await fc.assert(
    fc.asyncProperty(ANY_REQUEST, async (request) => {
      expect(await replyOf(SCRIPTED, request)).toEqual(OK)
      // Vault reads no body of these.
      const bodiless = ['GET', 'LIST', 'DELETE', 'OPTIONS'].includes(request.method)
      expect(scripted.asked.at(-1)).toEqual(bodiless ? { ...request, body: { kind: 'none' } } : request)
    }),
    { numRuns: 200 },
  )
})

const count = fc.nat()
const CAUSES: readonly (ForwardCause | null)[] = [
  null,
  'header',
  'inconsistent-header',
  'new-token',
  'limited-use',
  'unknown-entity',
  'always',
  'plain-standby',
  'write',
  'rpc',
]

test('any answer arrives at the client as the node gave it', async () => {
  const served = fc.record({
    node: fc.constant(SCRIPTED),
    by: fc.constantFrom(REAL, SCRIPTED),
    applied: count.map(walIndex),
    appliedHere: count.map(walIndex),
    required: count.map(walIndex),
    epoch: count.map(epoch),
    forwarded: fc.constantFrom(...CAUSES),
    wrote: count.map(walIndex),
    waitTimedOut: fc.boolean(),
  })
  const json = fc.record({
    status: fc.constantFrom(200, 202, 400, 403, 404, 412, 473, 500, 503),
    index: fc.option(headerValue),
    body: fc.option(
      fc
        .dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3, noNullPrototype: true })
        .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject),
    ),
  })
  const text = fc.record({
    status: fc.constant(200),
    index: fc.constant(null),
    body: fc.constant(null),
    text: fc.record({ type: fc.constant('text/plain; version=0.0.4'), body: fc.string({ minLength: 1 }) }),
  })
  const redirect = fc.constant({ status: 307, index: null, body: null, redirectTo: REAL })
  await fc.assert(
    fc.asyncProperty(fc.record({ reply: fc.oneof(json, text, redirect), served }), async (value: ServedReply) => {
      next = { kind: 'reply', value }
      expect(await replyOf(SCRIPTED, vaultRequest('GET', 'a'))).toEqual(value)
    }),
    { numRuns: 200 },
  )
})

test('an answer that no node had a part in read nothing', async () => {
  expect(await replyOf(REAL, vaultRequest('GET', 'a//b'))).toMatchObject({
    reply: { status: 301, body: null },
    served: { node: REAL, by: REAL, applied: 0, wrote: 0, forwarded: null },
  })
})

test.each([
  ['a node without an address', NOWHERE, /n3 has no address/],
  ['a node that does not listen', DEAD, /ECONNREFUSED/],
  ['a node that loses the request', SCRIPTED, /closed|reset|hang up/i],
])('a request to %s is lost', async (_, to, why) => {
  next = { kind: 'lost', why: 'killed' }
  const answer = await send(to, vaultRequest('POST', 'a'))
  expect(answer).toMatchObject({ kind: 'lost', why: expect.stringMatching(why) })
})

test('what is not answered when the transport closes is lost', async () => {
  const silent = await serveWith({ serve: () => undefined })
  const other = createTransport(() => `http://127.0.0.1:${silent.port}`)
  const answers = Array.from(
    { length: 3 },
    () => new Promise<Answer>((resolve) => other.send(REAL, vaultRequest('GET', 'a'), resolve)),
  )
  while (silent.asked.length < 3) await new Promise((resolve) => setImmediate(resolve))
  await other.close()
  expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['lost', 'lost', 'lost'])
  await silent.close()
})
