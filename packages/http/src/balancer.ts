/**
 * A load balancer before a cluster, as people put before a real one: round robin, request by request, over the nodes whose
 * sys/health answers 200. Plain `/v1/sys/health` so drops performance standbys (473); `?perfstandbyok=true` keeps them.
 * Always holds: a request goes to one node, once: what became of one that was lost, only its client may judge; headers and
 * bodies pass unchanged, but for those that belong to one connection alone.
 */

import { Agent as PlainAgent, createServer as createPlainServer, request as plainRequest } from 'node:http'
import type { IncomingMessage, RequestOptions, ServerResponse } from 'node:http'
import { Agent as TlsAgent, createServer as createTlsServer, request as tlsRequest } from 'node:https'
import type { NodeId } from '@fourtwelve/protocol'
import { startHealthChecks, type HealthChecks } from './health-checks.ts'
import { LIST_IN_DISGUISE } from './list-rewriter.ts'
import { acceptListVerb } from './list-verb.ts'

export interface BalancerOptions {
  readonly backends: readonly Backend[]
  /** Whether performance standbys count as healthy. */
  readonly perfStandbyOk: boolean
  /** PEM. Without it, the balancer speaks plain HTTP. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

export interface Backend {
  readonly node: NodeId
  /** `http://127.0.0.1:8200` or `https://...`. */
  readonly address: string
}

export interface Balancer {
  /** Checks every node once, then listens, on any free port when it is 0, and says on which. Rejects when the system refuses. */
  listen(port: number, host: string): Promise<number>
  close(): Promise<void>
}

/** A node that has not begun to answer by then is given up, as common balancers do: 504. */
const ANSWER_MS_MAX = 60_000

export function createBalancer({ backends, perfStandbyOk, tls }: BalancerOptions): Balancer {
  const agents: Agents = {
    'http:': { agent: new PlainAgent({ keepAlive: true }), request: plainRequest },
    // The nodes are on this machine, and their certificate may be for another name.
    'https:': { agent: new TlsAgent({ keepAlive: true, rejectUnauthorized: false }), request: tlsRequest },
  }
  const checks = startHealthChecks(backends, perfStandbyOk ? '/v1/sys/health?perfstandbyok=true' : '/v1/sys/health')
  const server = tls === undefined ? createPlainServer() : createTlsServer(tls)
  acceptListVerb(server)
  let turn = 0
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const healthy = checks.healthy()
    const backend = healthy[turn++ % Math.max(1, healthy.length)]
    if (backend === undefined) return answer(response, 503, noHealthyNode(checks))
    pass(request, response, backend, agents)
  })
  return {
    async listen(port, host) {
      await checks.first
      return new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          server.on('error', () => undefined)
          const address = server.address()
          if (typeof address !== 'object' || address === null) throw new Error(`a balancer on ${host} has no port`)
          resolve(address.port)
        })
      })
    },
    close() {
      checks.stop()
      return new Promise((resolve) => {
        server.close(() => {
          for (const { agent } of Object.values(agents)) agent.destroy()
          resolve()
        })
        server.closeAllConnections()
      })
    },
  }
}

type Agents = Readonly<
  Record<'http:' | 'https:', { readonly agent: PlainAgent; readonly request: typeof plainRequest }>
>

const noHealthyNode = (checks: HealthChecks): string =>
  `no node is healthy: ${checks
    .told()
    .map(({ node, status }) => `${node} answered ${status ?? 'nothing'}`)
    .join(', ')}`

/** Headers of one connection (RFC 9110 7.6.1), and `Expect`, which the balancer has answered already. */
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
])

function pass(request: IncomingMessage, response: ServerResponse, { node, address }: Backend, agents: Agents): void {
  const { hostname, port, protocol } = new URL(address)
  const { agent, request: send } = agents[protocol === 'https:' ? 'https:' : 'http:']
  const method = request.method === LIST_IN_DISGUISE ? 'LIST' : (request.method ?? 'GET')
  const options: RequestOptions = {
    agent,
    hostname,
    port,
    method,
    path: request.url,
    headers: [
      ...endToEnd(request.rawHeaders),
      ...(announcesBody(request) ? [] : NO_BODY_TO_COME),
      'X-Forwarded-For',
      request.socket.remoteAddress ?? 'unknown',
    ],
    timeout: ANSWER_MS_MAX,
  }
  const onward = send(options, (reply) => {
    response.writeHead(reply.statusCode ?? 502, endToEnd(reply.rawHeaders))
    reply.pipe(response)
    reply.on('error', () => response.destroy())
  })
  let isLate = false
  onward.on('timeout', () => {
    isLate = true
    onward.destroy(new Error('it did not answer in time'))
  })
  onward.on('error', (error: Error) => {
    if (response.headersSent) response.destroy()
    else answer(response, isLate ? 504 : 502, `${node} gave no answer: ${error.message}`)
  })
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}

const announcesBody = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' ||
  method === 'HEAD' ||
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined
/** Node would announce a body in chunks where the client announced none. */
const NO_BODY_TO_COME: readonly string[] = ['Content-Length', '0']

/** Names and values in turn, without those of one connection. */
function endToEnd(raw: readonly string[]): string[] {
  const named = new Set(OF_ONE_CONNECTION)
  for (let at = 0; at < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue
    for (const name of (raw[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase())
  }
  return raw.flatMap((name, at) => (at % 2 === 0 && !named.has(name.toLowerCase()) ? [name, raw[at + 1] ?? ''] : []))
}

function answer(response: ServerResponse, status: number, text: string): void {
  const body = `${JSON.stringify({ errors: [text] })}\n`
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
}
