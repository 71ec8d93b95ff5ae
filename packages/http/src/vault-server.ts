/**
 * Vault's HTTP around one node: bytes in, VaultRequest out, reply back.
 * Always holds: whatever a client sends, it gets an answer or its connection ends; the node sees a request when its body has come
 * whole, as far as Vault reads it; a request is answered once, and what the node says after its time is dropped.
 * `?help` is not looked at, nor is a wish to upgrade the connection: such a request is one like any other.
 */

import {
  createServer as createPlainServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { MICROS_PER_MS, micros, type Micros } from '@fourtwelve/protocol'
import { receiveRequests } from './connection-ends.ts'
import { acceptListVerb, type WebServer } from './list-verb.ts'
import { NODE_HEADER } from './served-headers.ts'
import { createReceiver } from './receive-request.ts'
import { CLOSE_GRACE_MS, DEFAULT_LIMITS, type ServerLimits, type VaultServerOptions } from './server-options.ts'

export interface VaultServer {
  /** Listens, on any free port when it is 0, and says on which. Rejects when the system refuses. */
  listen(port: number, host: string): Promise<number>
  /** Takes no more connections, answers what is in progress within CLOSE_GRACE_MS, and ends the rest. */
  close(): Promise<void>
}

export function createVaultServer(options: VaultServerOptions): VaultServer {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const onAll = options.tellWhoServed ? [NODE_HEADER, options.node] : []
  const server = createWebServer(limits, options.tls)
  acceptListVerb(server)
  receiveRequests(server, createReceiver(options, limits, onAll), onAll)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A body that is too large is not asked for.
    if (Number(request.headers['content-length'] ?? 0) <= limits.body) response.writeContinue()
    server.emit('request', request, response)
  })
  return { listen: (port, host) => listen(server, port, host), close: () => close(server) }
}

const wholeMs = (time: Micros): number => Math.ceil(time / MICROS_PER_MS)
/** How often overdue connections are looked for, at most and at least, in milliseconds. */
const [CHECK_SELDOM_MS, CHECK_OFTEN_MS] = [1_000, 20]
/** How often a closing server looks for connections that have fallen idle, in milliseconds. */
const CLOSE_LOOK_MS = 10

function createWebServer(limits: ServerLimits, tls: VaultServerOptions['tls']): WebServer {
  const soonest = wholeMs(micros(Math.min(limits.readHeaders, limits.readRequest)))
  const options: ServerOptions = {
    maxHeaderSize: limits.headers,
    headersTimeout: wholeMs(limits.readHeaders),
    requestTimeout: wholeMs(limits.readRequest),
    keepAliveTimeout: wholeMs(limits.idle),
    connectionsCheckingInterval: Math.min(CHECK_SELDOM_MS, Math.max(CHECK_OFTEN_MS, Math.floor(soonest / 4))),
    noDelay: true,
    // Node's own answer to a request without Host is not in our form.
    requireHostHeader: false,
  }
  return tls === undefined ? createPlainServer(options) : createTlsServer({ ...options, ...tls })
}

function listen(server: WebServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      // A connection that the system could not accept is that client's loss, and no reason to end all others.
      server.on('error', () => undefined)
      const address = server.address()
      if (typeof address !== 'object' || address === null)
        throw new Error(`a server on ${host} has no port: listen on TCP`)
      resolve(address.port)
    })
  })
}

function close(server: WebServer): Promise<void> {
  return new Promise((resolve) => {
    // Keep-alive connections fall idle one by one, as their requests are answered.
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_LOOK_MS)
    const overdue = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(overdue)
      resolve()
    })
    server.closeIdleConnections()
  })
}
