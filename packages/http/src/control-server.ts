/**
 * The control API: what may be done to a running cluster, over HTTP with JSON, for tests in any language.
 *
 *   GET  /state                                                   every node and link
 *   GET  /history                                                 what happened, one JSON object a line
 *   POST /lag         {"link": "n1", "lag": "400ms"}              or "raft", or {"dist": "lognormal", "median": "20ms", "sigma": 0.8}
 *   POST /hold        {"link": "n1"}                              the standby applies nothing; acknowledgements go on
 *   POST /release     {"link": "n1"}                              ends hold: everything that is due is applied at once
 *   POST /cut         {"link": "n0->n1", "one_way": true}         ends everything between two nodes, or what the first says
 *   POST /heal        {"link": "n1"}                              ends cut
 *   POST /pause       {"node": "n1"}                              it accepts connections and answers nothing
 *   POST /resume      {"node": "n1"}
 *   POST /kill        {"node": "active"}                          as SIGKILL; "loses": "nothing" keeps what was not flushed
 *   POST /restart     {"node": "n1"}                              from what its disk has
 *   POST /forwarding  {"node": "n1", "delay": "200ms"}            or {"fails": true}; {} ends both
 *   POST /slow-disk   {"node": "n1", "by": "20ms"}                every flush takes longer; "0s" ends it
 *   POST /slow-apply  {"node": "n1", "by": "200ms"}               it applies later than its link lags
 *   POST /clock-skew  {"node": "n1", "by": "-5s"}                 its clock is ahead, or behind
 *   POST /shipper-buffer {"node": "n0", "entries": 10}            the log shipper's buffer; without entries as configured
 *   POST /step-down   {}                                          the active node, or "node", gives its leadership up
 *   POST /promote                                                 the cluster is lost, its DR secondary takes its place
 *   POST /backup /restore                                         keeps a copy, puts the last one back
 *   POST /condition   {"node": "n1", "condition": "sealed"}       or "uninitialized", "dr-secondary", "plain-standby", "normal"
 *   POST /reset                                                   an empty cluster as at its start; answers its root token
 *
 * A link is "n0->n1"; "n1" alone is the link from the active node to n1; "all", or no `link`, means every link from the active
 * node. A node is "n1", "active", "standby" (the first that runs), or "all". Every POST answers as GET /state does, after it was done: 200. Otherwise {"errors": ["..."]}: 400 for an order that
 * makes no sense, 409 for one that cannot be done now, 403 for a browser, 404, 405, 413.
 *
 * Always holds: what a web page could send is refused (a foreign Host, any Origin), because this listens on the loopback alone
 * and asks for no token; orders are carried out one after the other.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { ClusterControl, ClusterState, ControlOrder, ControlOutcome } from '@fourtwelve/cluster'
import { isJsonObject, type HistoryRecord, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { CONTROL_HOST } from './control-host.ts'
import { readOrders, VERBS, type ReadLag } from './control-orders.ts'
import { stateJson } from './control-state.ts'

export interface ControlServerOptions {
  readonly control: ClusterControl
  /** Reads a lag as scenario files write it. */
  readonly readLag: ReadLag
  /** One record as a line of JSON, without the line's end. */
  readonly writeRecord: (record: HistoryRecord) => string
}

export interface ControlServer {
  /** Listens on the loopback, on any free port when it is 0, and says on which. Rejects when the system refuses. */
  listen(port: number): Promise<number>
  close(): Promise<void>
}

/** Bytes of a request's body. */
const BODY_MAX = 65_536
/** Lines of the history that are written before the event loop goes on. */
const HISTORY_SLICE_LINES = 2_000

export function createControlServer(options: ControlServerOptions): ControlServer {
  const server = createServer((request, response) => {
    serve(request, response, options).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else send(response, 500, errors(`internal error: ${error instanceof Error ? error.message : String(error)}`))
    })
  })
  return { listen: (port) => listen(server, port), close: () => close(server) }
}

async function serve(request: IncomingMessage, response: ServerResponse, options: ControlServerOptions): Promise<void> {
  const { control } = options
  const foreign = foreignCaller(request)
  if (foreign !== null) return send(response, 403, errors(foreign))
  const verb = (request.url ?? '/').split('?', 1)[0]?.replace(/^\/|\/$/g, '') ?? ''
  const isReading = verb === 'state' || verb === 'history'
  if (!isReading && !VERBS.includes(verb)) {
    return send(response, 404, errors(`there is no /${verb}: there are /state, /history, /${VERBS.join(', /')}`))
  }
  const method = isReading ? 'GET' : 'POST'
  if (request.method !== method) {
    response.setHeader('Allow', method)
    return send(response, 405, errors(`/${verb} is for ${method}, not ${request.method ?? 'nothing'}`))
  }
  if (verb === 'state') return send(response, 200, stateJson(await stateOf(control)))
  if (verb === 'history') return sendHistory(response, options)

  const body = await readBody(request)
  if ('refused' in body) return send(response, body.status, errors(body.refused))
  const { readLag } = options
  const orders = readOrders(verb, body.value, { nodes: control.nodes, readLag, state: await stateOf(control) })
  if ('refused' in orders)
    return send(response, orders.notNow === true ? 409 : 400, errors(`/${verb}: ${orders.refused}`))
  let state: ClusterState | null = null
  for (const [at, order] of orders.found.entries()) {
    const outcome = await carryOut(control, order)
    if (outcome.kind === 'refused')
      return send(response, 409, errors(refusalText(outcome.why, orders.found.slice(0, at))))
    state = outcome.state
  }
  state ??= await stateOf(control)
  send(response, 200, verb === 'reset' ? { root_token: state.rootToken, ...stateJson(state) } : stateJson(state))
}

/** Why an order was refused, and what was done before it: `all` may mean several. */
export function refusalText(why: string, done: readonly ControlOrder[]): string {
  const words = done.map((order) =>
    `${order.kind} ${'link' in order ? order.link : 'node' in order ? order.node : ''}`.trim(),
  )
  return words.length === 0 ? why : `${why}. Done before: ${words.join(', ')}`
}

const stateOf = (control: ClusterControl): Promise<ClusterState> => new Promise((told) => control.state(told))
const carryOut = (control: ClusterControl, order: ControlOrder): Promise<ControlOutcome> =>
  new Promise((done) => control.carryOut(order, done))

const errors = (text: string): JsonObject => ({ errors: [text] })

function send(response: ServerResponse, status: number, body: JsonObject): void {
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}

/** A history may have hundreds of thousands of lines: it is written in slices, as fast as the reader takes them. */
async function sendHistory(response: ServerResponse, { control, writeRecord }: ControlServerOptions): Promise<void> {
  const records = await new Promise<readonly HistoryRecord[]>((told) => control.history(told))
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'no-store' })
  for (let at = 0; at < records.length && !response.destroyed; at += HISTORY_SLICE_LINES) {
    const lines = records.slice(at, at + HISTORY_SLICE_LINES).map((record) => `${writeRecord(record)}\n`)
    const isTaken = response.write(lines.join(''))
    await new Promise<void>((goOn) => {
      if (isTaken) return void setImmediate(goOn)
      response.once('drain', goOn).once('close', goOn)
    })
  }
  response.end()
}

/**
 * Why a request is not from a program of this machine; null when it is. A page in a browser can reach the loopback too: it
 * says its Origin, or comes under a name of its own that it lets point here.
 */
function foreignCaller({ headers }: IncomingMessage): string | null {
  if (headers.origin !== undefined) return 'the control API is not for web pages: call it without an Origin'
  const host = (headers.host ?? '').replace(/:\d+$/, '')
  return LOOPBACK_NAMES.includes(host)
    ? null
    : `the control API is called by 127.0.0.1 or localhost, not by ${host === '' ? 'no name' : host}`
}
const LOOPBACK_NAMES: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

type Body = { readonly value: JsonObject } | { readonly refused: string; readonly status: number }

/** A JSON object; nothing is an empty one. */
async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > BODY_MAX) return { status: 413, refused: `a body has at most ${BODY_MAX} bytes` }
    chunks.push(bytes)
  }
  const text = Buffer.concat(chunks).toString('utf8').trim()
  if (text === '') return { value: {} }
  try {
    const value: JsonValue = JSON.parse(text)
    return isJsonObject(value) ? { value } : { status: 400, refused: 'the body must be a JSON object' }
  } catch (error) {
    return { status: 400, refused: `the body is no JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, CONTROL_HOST, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      const address = server.address()
      if (typeof address !== 'object' || address === null) throw new Error('a server on the loopback has no port')
      resolve(address.port)
    })
  })
}

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
