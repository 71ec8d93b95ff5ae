import { createBalancer, type Balancer } from '@fourtwelve/http'
import { nodeId } from '@fourtwelve/protocol'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'

/** A node that says of itself what a test wants, and shows what it was asked. */
interface Backend {
  readonly address: string
  readonly server: Server
  health: number
}

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close()
})

async function backend(name: string, health: number): Promise<Backend> {
  const answer = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const { method, url, rawHeaders } = request
    return JSON.stringify({ name, method, url, rawHeaders, body: Buffer.concat(chunks).toString() })
  }
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/sys/health') === true) {
      const status = own.health === 473 && request.url.includes('perfstandbyok=true') ? 200 : own.health
      return void response.writeHead(status).end()
    }
    if (request.url === '/cut') return void request.socket.destroy()
    void answer(request).then((text) => response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end(text))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const own: Backend = { address: `http://127.0.0.1:${port}`, server, health }
  open.push(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  return own
}

async function balance(backends: readonly Backend[], perfStandbyOk: boolean): Promise<string> {
  const balancer: Balancer = createBalancer({
    backends: backends.map(({ address }, at) => ({ node: nodeId(at), address })),
    perfStandbyOk,
  })
  open.push(() => balancer.close())
  return `http://127.0.0.1:${await balancer.listen(0, '127.0.0.1')}`
}

const names = async (url: string, count: number): Promise<string[]> => {
  const asked: string[] = []
  for (let at = 0; at < count; at++) asked.push(((await (await fetch(url)).json()) as { name: string }).name)
  return asked
}

/** Until it holds, or the test's own time is over. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((goOn) => setTimeout(goOn, 20))
}

describe('a load balancer', () => {
  test('sends everything to the active node when it asks plain sys/health', async () => {
    const url = await balance([await backend('n0', 200), await backend('n1', 473)], false)
    expect(await names(url, 4)).toEqual(['n0', 'n0', 'n0', 'n0'])
  })

  test('takes turns with performance standbys when it asks with perfstandbyok', async () => {
    const url = await balance([await backend('n0', 200), await backend('n1', 473), await backend('n2', 429)], true)
    expect(await names(url, 4)).toEqual(['n0', 'n1', 'n0', 'n1'])
  })

  test('drops a node that turns ill, and takes it back', async () => {
    const [n0, n1] = [await backend('n0', 200), await backend('n1', 200)]
    const url = await balance([n0, n1], false)
    n1.health = 503
    await until(async () => !(await names(url, 2)).includes('n1'))
    n1.health = 200
    await until(async () => (await names(url, 2)).includes('n1'))
  })

  test('answers 503 and says what each node said when none is healthy', async () => {
    const url = await balance([await backend('n0', 503), await backend('n1', 473)], false)
    const reply = await fetch(`${url}/v1/secret/data/a`)
    expect(reply.status).toBe(503)
    expect(await reply.json()).toEqual({ errors: ['no node is healthy: n0 answered 503, n1 answered 473'] })
  })

  test('answers 502 when the node ends the connection, and asks no other', async () => {
    const url = await balance([await backend('n0', 200)], false)
    expect((await fetch(`${url}/cut`)).status).toBe(502)
  })

  test('passes method, path, headers and bodies on as they are, in both directions', async () => {
    const url = await balance([await backend('n0', 200)], false)
    const reply = await fetch(`${url}/v1/a%2Fb?list=true`, {
      method: 'POST',
      body: '{"x":1}',
      headers: { 'x-vault-token': 'root', connection: 'keep-alive' },
    })
    expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const seen = (await reply.json()) as { method: string; url: string; rawHeaders: string[]; body: string }
    expect(seen).toMatchObject({ method: 'POST', url: '/v1/a%2Fb?list=true', body: '{"x":1}' })
    const header = (name: string): string | undefined =>
      seen.rawHeaders[seen.rawHeaders.findIndex((text) => text.toLowerCase() === name) + 1]
    expect([header('x-vault-token'), header('host'), header('x-forwarded-for')]).toEqual([
      'root',
      new URL(url).host,
      '127.0.0.1',
    ])
  })

  test('passes LIST on, and a request that announces no body without one', async () => {
    const n0 = await backend('n0', 200)
    const url = await balance([n0], false)
    // A node's own server knows LIST by a rewriter; this one does not, so the verb is seen in the bytes.
    const seen = new Promise<string>((resolve) => {
      n0.server.on('clientError', (error: Error & { rawPacket?: Buffer }) => resolve(String(error.rawPacket)))
    })
    const { port } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write('LIST /v1/secret/metadata HTTP/1.1\r\nHost: x\r\n\r\n'),
    )
    socket.on('error', () => undefined)
    const bytes = await seen
    socket.destroy()
    expect(bytes).toMatch(/^LIST \/v1\/secret\/metadata HTTP\/1\.1\r\n/)
    expect(bytes.toLowerCase()).not.toContain('transfer-encoding')
  })
})
