/**
 * One request through the server, from its head to its answer, in the order of Vault's layers (vault-http-api 1.1).
 * Always holds: what Vault answers before it routes is answered here; everything else is the node's.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '@fourtwelve/cluster'
import {
  MICROS_PER_MS,
  NO_BODY,
  type Method,
  type Micros,
  type RequestBody,
  type VaultReply,
} from '@fourtwelve/protocol'
import type { Receiver } from './connection-ends.ts'
import {
  emptyAnswer,
  errorAnswer,
  jsonAnswer,
  redirectToActive,
  redirectToClean,
  sendAnswer,
  textAnswer,
  type HttpAnswer,
} from './http-answer.ts'
import { LIST_IN_DISGUISE } from './list-rewriter.ts'
import { pathInNamespace } from './namespace.ts'
import { readBody, readBytes, readJson } from './request-body.ts'
import { mediaType, readVaultHeaders } from './request-headers.ts'
import { API_PREFIX, locationOf, readTarget, type Target } from './request-target.ts'
import { REDIRECT_HEADER, servedHeaders } from './served-headers.ts'
import type { ServerLimits, VaultServerOptions } from './server-options.ts'
import { wrapRefusal } from './wrap-ttl.ts'

/** The verbs that Vault knows, and how it reads the body of each. */
const VERBS: ReadonlyMap<string, { readonly method: Method; readonly body: 'none' | 'json' | 'any' }> = new Map([
  ['GET', { method: 'GET', body: 'none' }],
  [LIST_IN_DISGUISE, { method: 'LIST', body: 'none' }],
  ['HEAD', { method: 'HEAD', body: 'none' }],
  ['OPTIONS', { method: 'OPTIONS', body: 'none' }],
  ['DELETE', { method: 'DELETE', body: 'none' }],
  ['POST', { method: 'POST', body: 'any' }],
  ['PUT', { method: 'PUT', body: 'any' }],
  ['PATCH', { method: 'PATCH', body: 'json' }],
])

const MERGE_PATCH = 'application/merge-patch+json'
const TOO_LARGE = errorAnswer(413, 'error parsing JSON')
const NO_HOST = textAnswer(400, '400 Bad Request: missing required Host header')
const OVERDUE = errorAnswer(500, '1 error occurred:\n\t* context deadline exceeded\n\n')

/** `onAll`: headers of every answer, names and values in turn. */
export function createReceiver(options: VaultServerOptions, limits: ServerLimits, onAll: readonly string[]): Receiver {
  return (request, response, endWith) => {
    if (lacksHost(request)) return endWith(NO_HOST)
    const headers = readVaultHeaders(request.rawHeaders)
    const namespace = headers.namespace === null ? [] : ['X-Vault-Namespace', headers.namespace]
    const answer = (given: HttpAnswer): void => {
      // The connection has been given up: its last words are said.
      if (!request.socket.writableEnded) sendAnswer(response, given, [...namespace, ...onAll])
    }

    const target = readTarget(request.url ?? '')
    if (target.kind !== 'vault') return answer(answerOutside(target, request.method === 'GET'))
    const verb = VERBS.get(request.method ?? '')
    if (verb === undefined) return answer(errorAnswer(405))
    if (verb.method === 'PATCH') {
      const refusal = patchRefusal(headers.contentType)
      if (refusal !== null) return answer(refusal)
    }

    if (headers.wrapTtl !== '') return answer(errorAnswer(400, wrapRefusal(headers.wrapTtl)))

    const serve = (body: RequestBody): void => {
      const { token, index, inconsistent, forward, noForwarding } = headers
      const path = pathInNamespace(headers.namespace, target.path)
      const sent = { token, index, inconsistent, forward, noForwarding }
      const asked = { method: verb.method, path, query: target.query, ...sent, body }
      const finish = withinTime(response, limits.answer, (given) => {
        if (given === null) return answer(OVERDUE)
        if (given.kind === 'lost') return void response.destroy()
        const { reply, served } = given.value
        const told = options.tellWhoServed ? servedHeaders(served) : []
        const here = (): string => locationOf(`${API_PREFIX}${target.path}`, target.rawQuery)
        answer(answerOf(reply, told, here, options))
      })
      options.serve(asked, finish)
    }
    if (verb.body === 'none') return serve(NO_BODY)
    readBytes(request, limits.body, (bytes) => {
      if (bytes === 'too-large') return endWith(TOO_LARGE)
      const body = verb.body === 'json' ? readJson(bytes.toString('utf8')) : readBody(bytes, headers.contentType)
      if (body === 'bad-form') return answer(errorAnswer(400, 'error parsing form data'))
      serve(body)
    })
  }
}

/** What Go and Vault's outer layers answer, in their order. */
function answerOutside(target: Exclude<Target, { kind: 'vault' }>, isGet: boolean): HttpAnswer {
  switch (target.kind) {
    case 'malformed':
      return textAnswer(400, '400 Bad Request')
    case 'unprintable':
      return emptyAnswer(400)
    case 'elsewhere':
      return errorAnswer(404)
    case 'unclean':
      return redirectToClean(target.location, isGet)
  }
}

/** Vault looks at the type of a PATCH alone (vault-http-api 1.2). */
function patchRefusal(contentType: string): HttpAnswer | null {
  const type = mediaType(contentType)
  if (type === '') return errorAnswer(400, 'mime: no media type')
  return type === MERGE_PATCH
    ? null
    : errorAnswer(415, `PATCH requires Content-Type of ${MERGE_PATCH}, provided ${type}`)
}

/** Calls on with the answer, or with null when its time is over first; not at all once the client has gone. */
function withinTime(
  response: ServerResponse,
  limit: Micros,
  then: (answer: Answer | null) => void,
): (answer: Answer) => void {
  let over = false
  const settle = (answer: Answer | null): void => {
    if (over) return
    leave()
    then(answer)
  }
  const overdue = setTimeout(settle, Math.ceil(limit / MICROS_PER_MS), null)
  const leave = (): void => {
    over = true
    clearTimeout(overdue)
  }
  response.once('close', leave)
  return settle
}

/** `here` writes the target that was asked for. */
function answerOf(
  reply: VaultReply,
  told: readonly string[],
  here: () => string,
  { addressOf }: VaultServerOptions,
): HttpAnswer {
  if (reply.redirectTo !== undefined) {
    const address = addressOf(reply.redirectTo)
    if (address === null) return errorAnswer(503, 'no active Vault instance found')
    return redirectToActive(
      `${address}${here()}`,
      told.length === 0 ? told : [...told, REDIRECT_HEADER, reply.redirectTo],
    )
  }
  const index = reply.index === null ? [] : ['X-Vault-Index', reply.index]
  const headers = [...index, ...told]
  if (reply.text === undefined) return jsonAnswer(reply.status, reply.body, headers)
  return { status: reply.status, headers: ['Content-Type', reply.text.type, ...headers], body: reply.text.body }
}

/** Go's server refuses these before Vault sees them. */
const lacksHost = ({ headers, httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean =>
  headers.host === undefined && httpVersionMajor === 1 && httpVersionMinor === 1
