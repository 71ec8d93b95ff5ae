/**
 * How connections end before their client wants it: on bytes that are no HTTP, on a body that is too large. They get one last
 * answer.
 * Always holds: requests that came whole before are answered first, in their order; nothing that comes after is looked at; the
 * connection is gone LINGER_MS after its last answer at the latest, and until then is read, so that the client can hear it.
 */

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorAnswer, textAnswer, type HttpAnswer } from './http-answer.ts'
import type { WebServer } from './list-verb.ts'
import { LINGER_MS } from './server-options.ts'

/** Deals with a request. `endWith` answers it and ends its connection. */
export type Receiver = (
  request: IncomingMessage,
  response: ServerResponse,
  endWith: (answer: HttpAnswer) => void,
) => void

interface Connection {
  readonly unanswered: Set<IncomingMessage>
  /** What ends the connection; null while it goes on. */
  lastWords: string | null
}

/** What the parser says of a fault. */
type ParserError = Error & { readonly code?: string; readonly bytesParsed?: number; readonly rawPacket?: Buffer }

/** Gives `receive` every request of the server. `onAll`: headers of every answer, names and values in turn. */
export function receiveRequests(server: WebServer, receive: Receiver, onAll: readonly string[]): void {
  const connections = new WeakMap<Duplex, Connection>()
  const connectionOf = (socket: Duplex): Connection => {
    const known = connections.get(socket)
    if (known !== undefined) return known
    const connection: Connection = { unanswered: new Set(), lastWords: null }
    connections.set(socket, connection)
    return connection
  }
  const end = (socket: Duplex, answer: HttpAnswer | null): void => {
    const connection = connectionOf(socket)
    if (connection.lastWords !== null) return
    // The parser among them: it gets no more.
    socket.removeAllListeners('data')
    socket.resume()
    if (answer === null || !socket.writable) return void socket.destroy()
    connection.lastWords = lastWords(answer, onAll)
    endWhenAnswered(connection, socket)
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const connection = connectionOf(socket)
    // What the parser had already read when the connection was given up.
    if (connection.lastWords !== null) return
    connection.unanswered.add(request)
    response.once('close', () => {
      connection.unanswered.delete(request)
      endWhenAnswered(connection, socket)
    })
    receive(request, response, (answer) => {
      connection.unanswered.delete(request)
      end(socket, answer)
    })
  })
  server.on('clientError', (error: ParserError, socket: Duplex) => end(socket, answerTo(error)))
  server.on('connect', (_: IncomingMessage, socket: Duplex) => end(socket, OTHER_VERB))
}

/** A request that did not come whole will have no answer of its own: the fault is in it. */
function endWhenAnswered(connection: Connection, socket: Duplex): void {
  if (connection.lastWords === null || socket.writableEnded) return
  if ([...connection.unanswered].some((request) => request.complete)) return
  socket.end(connection.lastWords)
  const overdue = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(overdue))
}

const OTHER_VERB = errorAnswer(405)
const BAD_REQUEST = textAnswer(400, '400 Bad Request')

const ANSWERS: ReadonlyMap<string, HttpAnswer> = new Map([
  ['HPE_HEADER_OVERFLOW', textAnswer(431, '431 Request Header Fields Too Large')],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', textAnswer(413, '413 Payload Too Large')],
  ['ERR_HTTP_REQUEST_TIMEOUT', textAnswer(408, '408 Request Timeout')],
])
/** Null when there is nobody left to hear it. */
function answerTo(error: ParserError): HttpAnswer | null {
  if (error.code === 'HPE_INVALID_METHOD') return isRequestLine(error) ? OTHER_VERB : BAD_REQUEST
  if (error.code?.startsWith('HPE_') !== true && error.code !== 'ERR_HTTP_REQUEST_TIMEOUT') return null
  return ANSWERS.get(error.code) ?? BAD_REQUEST
}

const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]+ [^ ]+ HTTP\/1\.[01]\r\n/

/** A verb that the parser does not know, in a line that is sound: Vault takes it, and does not allow it. */
function isRequestLine({ rawPacket, bytesParsed }: ParserError): boolean {
  if (rawPacket === undefined || bytesParsed === undefined) return false
  const from = rawPacket.lastIndexOf('\n', Math.max(0, bytesParsed - 1)) + 1
  const line = rawPacket.subarray(from, rawPacket.indexOf('\n', from) + 1)
  return REQUEST_LINE.test(line.toString('latin1'))
}

function lastWords({ status, headers, body }: HttpAnswer, onAll: readonly string[]): string {
  const text = body ?? ''
  const all = [
    ...headers,
    'Cache-Control',
    'no-store',
    ...onAll,
    'Content-Length',
    String(text.length),
    'Connection',
    'close',
  ]
  const lines = all.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ''}\r\n`] : []))
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`
}
