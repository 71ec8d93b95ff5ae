/**
 * The body of a request: its bytes, within a limit, and what they say (vault-http-api 1.2).
 * Always holds: what is accepted is a JSON object that is not nested beyond JSON_DEPTH_MAX. Integers beyond 2^53 lose their
 * last digits, which Vault's do not.
 */

import type { IncomingMessage } from 'node:http'
import { isJsonObject, NO_BODY, type JsonValue, type RequestBody } from '@fourtwelve/protocol'
import { parseQuery } from './go-url.ts'
import { JSON_DEPTH_MAX } from './server-options.ts'
import { mediaType } from './request-headers.ts'

/** Gathers a body. Calls back once, when it is whole or too large; never when the client goes away before. */
export function readBytes(request: IncomingMessage, limit: number, done: (bytes: Buffer | 'too-large') => void): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) return done('too-large')
  let chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= limit) return void chunks.push(chunk)
    request.removeAllListeners('data').removeAllListeners('end')
    chunks = []
    done('too-large')
  })
  request.on('end', () => {
    const [only] = chunks
    done(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks))
  })
}

/** What a body says. `bad-form` is answered here with 400 `error parsing form data`; `bad` is for the node to answer. */
export function readBody(bytes: Buffer, contentType: string): RequestBody | 'bad-form' {
  const text = bytes.toString('utf8')
  if (isForm(text, contentType)) return readForm(bytes.toString('latin1'))
  return readJson(text)
}

/** As PATCH does: JSON, whatever it looks like. */
export function readJson(text: string): RequestBody {
  if (!/[^ \t\r\n]/.test(text)) return NO_BODY
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return { kind: 'bad' }
  }
  if (value === null) return NO_BODY
  if (!isJsonObject(value) || isTooDeep(value, text.length)) return { kind: 'bad' }
  return { kind: 'json', value }
}

/** curl says `form` of whatever it sends, so JSON is looked for first. */
const isForm = (text: string, contentType: string): boolean =>
  mediaType(contentType) === 'application/x-www-form-urlencoded' && !/^[ \t\r\n]*[{[]/.test(text)

function readForm(text: string): RequestBody | 'bad-form' {
  const { values, flawed } = parseQuery(text)
  if (flawed) return 'bad-form'
  if (values.size === 0) return NO_BODY
  return { kind: 'json', value: Object.fromEntries([...values].map(([name, given]) => [name, given.join(',')])) }
}

/** Each level takes two characters at least, so that most bodies need not be walked. */
const isTooDeep = (value: JsonValue, length: number): boolean =>
  length > 2 * JSON_DEPTH_MAX && isDeeperThan(JSON_DEPTH_MAX, value)

function isDeeperThan(depth: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(depth - 1, inner))
}
