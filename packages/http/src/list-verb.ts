/**
 * Teaches an HTTP server of Node the verb LIST.
 * Always holds: every byte of a connection passes its rewriter once, in order, before the parser sees it; writing is untouched.
 * Node's server reads a socket in either of two ways: straight from the system, or, once somebody else listens for `data`, as a
 * listener like any other. This makes it the second and stands in front of that listener. It costs a request about three
 * microseconds; a stream put in between costs nine.
 */

import { Server as TlsServer } from 'node:https'
import type { Server as PlainServer } from 'node:http'
import type { Socket } from 'node:net'
import { createListRewriter } from './list-rewriter.ts'

export type WebServer = PlainServer | TlsServer

/** Call this before the server listens. A LIST then arrives as `LIST_IN_DISGUISE`. */
export function acceptListVerb(server: WebServer): void {
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', standInFront)
}

function standInFront(socket: Socket): void {
  const listeners = socket.listeners('data')
  const [parse] = listeners
  if (parse === undefined || listeners.length !== 1) {
    throw new Error(
      `an HTTP connection has ${listeners.length} listeners for data, not the parser alone: this Node (${process.version}) reads sockets in a new way; see how its http server does it and change standInFront`,
    )
  }
  const rewrite = createListRewriter()
  socket.on('data', (bytes: Uint8Array) => {
    // Each request by itself: behind one that wishes to upgrade the connection, the parser drops what it was given with it.
    let from = 0
    for (const start of rewrite(bytes)) {
      Reflect.apply(parse, socket, [bytes.subarray(from, start)])
      from = start
    }
    Reflect.apply(parse, socket, [from === 0 ? bytes : bytes.subarray(from)])
  })
  // Only now: a socket without any listener for data would stop reading.
  socket.off('data', parse as (bytes: Uint8Array) => void)
}
