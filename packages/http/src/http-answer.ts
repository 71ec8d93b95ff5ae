/**
 * Answers as HTTP: what each one's headers are, and its bytes (vault-http-api 1.1, 1.5, 1.6).
 * Always holds: `Cache-Control: no-store` on every answer; JSON ends in a newline and is escaped as Go escapes it.
 */

import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@fourtwelve/protocol'

export interface HttpAnswer {
  readonly status: number
  /** Names and values in turn, beside those that every answer has. */
  readonly headers: readonly string[]
  /** Null is an empty body. */
  readonly body: string | null
}

const NO_HEADERS: readonly string[] = []
const JSON_TYPE: readonly string[] = ['Content-Type', 'application/json']
const TEXT_TYPE: readonly string[] = ['Content-Type', 'text/plain; charset=utf-8']
const HTML_TYPE: readonly string[] = ['Content-Type', 'text/html; charset=utf-8']
const NO_STORE: readonly string[] = ['Cache-Control', 'no-store']

/** An answer of Vault's own making. An empty one says that it is JSON all the same. */
export const jsonAnswer = (
  status: number,
  body: JsonObject | null,
  headers: readonly string[] = NO_HEADERS,
): HttpAnswer => ({
  status,
  headers: [...JSON_TYPE, ...headers],
  body: body === null ? null : goJson(body),
})

export const errorAnswer = (status: number, ...errors: readonly string[]): HttpAnswer => jsonAnswer(status, { errors })

/** A line that Go's server refuses before Vault sees it. */
export const textAnswer = (status: number, text: string): HttpAnswer => ({ status, headers: TEXT_TYPE, body: text })

export const emptyAnswer = (status: number): HttpAnswer => ({ status, headers: NO_HEADERS, body: null })

/** As Vault sends to the active node. */
export const redirectToActive = (location: string, headers: readonly string[]): HttpAnswer => ({
  status: 307,
  headers: ['Location', location, ...headers],
  body: null,
})

/** As Go's ServeMux sends to the clean path: with a page for a GET, and for no other. */
export const redirectToClean = (location: string, isGet: boolean): HttpAnswer => ({
  status: 301,
  headers: ['Location', location, ...(isGet ? HTML_TYPE : NO_HEADERS)],
  body: isGet ? `<a href="${escapeHtml(location)}">Moved Permanently</a>.\n\n` : null,
})

/** Sends an answer. `onAll`: headers that this server puts on all, names and values in turn. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  onAll: readonly string[],
): void {
  const all = [...headers, ...NO_STORE, ...onAll]
  const bodiless = status === 204 || response.req.method === 'HEAD'
  if (!bodiless) all.push('Content-Length', String(body === null ? 0 : Buffer.byteLength(body)))
  response.writeHead(status, all)
  if (bodiless || body === null) response.end()
  else response.end(body)
}

const HTML_IN_JSON = /[<>&\u2028\u2029]/g

/** As Go's encoder: no byte in it could end a script in a page. Most answers have no such sign, and looking costs less than replacing. */
function goJson(body: JsonObject): string {
  const json = JSON.stringify(body)
  return `${json.search(HTML_IN_JSON) === -1 ? json : json.replaceAll(HTML_IN_JSON, escapeSign)}\n`
}

const escapeSign = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`

const HTML_SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => HTML_SIGNS[sign] ?? sign)
