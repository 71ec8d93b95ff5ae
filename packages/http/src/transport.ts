/**
 * The client's side: a VaultRequest goes out as HTTP, its answer comes back as an Answer, so that what speaks to a cluster in
 * memory can speak to one behind ports.
 * Always holds: every request is answered once; one whose connection failed is lost, and nobody knows whether it was carried out.
 * Redirects are answers and are not followed; nothing is tried again.
 */

import { Pool, type Dispatcher } from 'undici'
import type { Answer } from '@fourtwelve/cluster'
import {
  isJsonObject,
  type JsonValue,
  type NodeId,
  type RequestBody,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { escapePath } from './go-url.ts'
import { API_PREFIX } from './request-target.ts'
import { readServed, REDIRECT_HEADER } from './served-headers.ts'

export interface Transport {
  /** Sends a request to a node. Calls back once, later. */
  send(node: NodeId, request: VaultRequest, answered: (answer: Answer) => void): void
  /** Ends all connections; what is not answered yet is lost. */
  close(): Promise<void>
}

export interface TransportOptions {
  /** PEM of who signed the nodes' certificates. */
  readonly ca?: string
}

/** Connections to one node; more requests than these wait for their turn. */
const CONNECTIONS_MAX = 256
/** How long an answer may take, in milliseconds: longer than a node takes to give up (`max_request_duration`, 90 s). */
const PATIENCE_MS = 120_000

/** `addressOf` says where a node listens, as `http://127.0.0.1:8200`; null when nobody knows, and then the request is lost. */
export function createTransport(addressOf: (node: NodeId) => string | null, options: TransportOptions = {}): Transport {
  const pools = new Map<string, Pool>()
  const poolOf = (address: string): Pool => {
    const known = pools.get(address)
    if (known !== undefined) return known
    const pool = new Pool(address, {
      connections: CONNECTIONS_MAX,
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
      ...(options.ca === undefined ? {} : { connect: { ca: options.ca } }),
    })
    pools.set(address, pool)
    return pool
  }
  return {
    send(node, request, answered) {
      const address = addressOf(node)
      if (address === null) return queueMicrotask(() => answered({ kind: 'lost', why: `${node} has no address` }))
      ask(poolOf(address), node, request).then(answered, (error: Error) =>
        answered({ kind: 'lost', why: error.message }),
      )
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
    },
  }
}

async function ask(pool: Pool, node: NodeId, request: VaultRequest): Promise<Answer> {
  const { statusCode, headers, body } = await pool.request({
    // Any token will do as a verb; the type lists the usual ones.
    method: request.method as Dispatcher.HttpMethod,
    path: targetOf(request),
    headers: headersOf(request),
    body: bodyText(request.body),
  })
  const header = (name: string): string | undefined => {
    const value = headers[name]
    return typeof value === 'object' ? value[0] : value
  }
  const redirectTo = header(REDIRECT_HEADER.toLowerCase())
  const reply = {
    status: statusCode,
    index: header('x-vault-index') ?? null,
    ...bodyOf(await body.text(), header('content-type') ?? ''),
    ...(redirectTo === undefined ? {} : { redirectTo: redirectTo as NodeId }),
  }
  return { kind: 'reply', value: { reply, served: readServed(node, header) } }
}

function targetOf({ path, query }: VaultRequest): string {
  const pairs = Object.entries(query).flatMap(([name, given]) =>
    (typeof given === 'string' ? [given] : given).map(
      (value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    ),
  )
  return `${API_PREFIX}${escapePath(path)}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`
}

/** Names and values in turn: X-Vault-Index may stand more than once. */
function headersOf(request: VaultRequest): string[] {
  const headers = ['X-Vault-Request', 'true', ...request.index.flatMap((value) => ['X-Vault-Index', value])]
  if (request.token !== null) headers.push('X-Vault-Token', request.token)
  if (request.inconsistent !== '') headers.push('X-Vault-Inconsistent', request.inconsistent)
  if (request.forward !== '') headers.push('X-Vault-Forward', request.forward)
  if (request.noForwarding) headers.push('X-Vault-No-Request-Forwarding', 'true')
  if (request.method === 'PATCH') headers.push('Content-Type', 'application/merge-patch+json')
  return headers
}

function bodyText(body: RequestBody): string | null {
  switch (body.kind) {
    case 'none':
      return null
    case 'json':
      return JSON.stringify(body.value)
    case 'bad':
      return '{'
  }
}

/** A body that calls itself JSON is one, and a Vault's is an object. */
function bodyOf(text: string, type: string): Pick<VaultReply, 'body' | 'text'> {
  if (text === '') return { body: null }
  if (!type.startsWith('application/json')) return { body: null, text: { type, body: text } }
  const value = JSON.parse(text) as JsonValue
  if (!isJsonObject(value)) throw new Error(`an answer that is no JSON object: ${text.slice(0, 100)}`)
  return { body: value }
}
