/** Requests as generators make them: verbs that look like LIST and are not, bodies that hold requests, bodies in chunks. */

import fc from 'fast-check'

export interface SentRequest {
  readonly method: string
  readonly target: string
  readonly body: string
  /** The bytes, one character each. */
  readonly wire: string
}

/** Verbs that Node's parser takes, and LIST. */
const METHOD = fc.constantFrom('LIST', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'LOCK', 'UNLINK')

const TARGET = fc.constantFrom('/v1/secret/metadata/app', '/LIST', '/v1/LIST%20/a?list=LIST', '/')

/** Text that would be a request if it stood where one begins. */
const TRAP = fc.constantFrom(
  'LIST /v1/trap HTTP/1.1\r\nHost: x\r\n\r\n',
  'LINK /v1/trap HTTP/1.1\r\n\r\n',
  '\r\n\r\nLIST ',
  '0\r\n\r\nLIST /v1/trap HTTP/1.1\r\n\r\n',
  'LIST',
  '\r\n',
)
const BODY = fc
  .array(fc.oneof(TRAP, fc.string({ unit: 'binary-ascii', maxLength: 20 })), { maxLength: 4 })
  .map((parts) => parts.join(''))

/** Headers that a careless reader would take for another. */
const HEADERS = fc.subarray([
  'X-Vault-Request: true',
  'Content-Type: application/json',
  'Content-Lengthy: 7',
  'X-Content-Length: 7',
  'Transfer-Encodings: chunked',
  'Cache-Control: LIST /v1/trap HTTP/1.1',
  'Trailer: X-End',
  'Empty:',
])

const newlines = fc.constantFrom('', '', '\r\n', '\n')

const withLength = fc
  .tuple(METHOD, TARGET, HEADERS, BODY, newlines, fc.constantFrom('Content-Length', 'content-length', 'CONTENT-LENGTH'))
  .map(([method, target, headers, body, before, name]): SentRequest => {
    const fields = [...headers, ...(body === '' ? [] : [`${name}: ${body.length}`])]
    return { method, target, body, wire: `${before}${head(method, target, fields)}${body}` }
  })

const EXTENSION = fc.constantFrom('', '', ';a=b', ';q="x;y"', ';LIST')
const TRAILER = fc.constantFrom('', '', 'X-End: LIST /v1/trap HTTP/1.1\r\n', 'XLIST: a\r\nLIST: b\r\n')

const inChunks = fc
  .tuple(
    METHOD,
    TARGET,
    HEADERS,
    fc.array(fc.tuple(BODY, EXTENSION), { maxLength: 4 }),
    TRAILER,
    fc.constantFrom('Transfer-Encoding: chunked', 'transfer-encoding:CHUNKED', 'Transfer-Encoding: gzip, chunked'),
  )
  .map(([method, target, headers, chunks, trailer, encoding]): SentRequest => {
    const full = chunks.filter(([chunk]) => chunk !== '')
    const written = full
      .map(([chunk, extension]) => `${chunk.length.toString(16)}${extension}\r\n${chunk}\r\n`)
      .join('')
    const body = full.map(([chunk]) => chunk).join('')
    return {
      method,
      target,
      body,
      wire: `${head(method, target, [...headers, encoding])}${written}0\r\n${trailer}\r\n`,
    }
  })

const head = (method: string, target: string, fields: readonly string[]): string =>
  `${method} ${target} HTTP/1.1\r\nHost: vault.example\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`

export const REQUESTS: fc.Arbitrary<SentRequest[]> = fc.array(fc.oneof(withLength, inChunks), {
  minLength: 1,
  maxLength: 6,
})

/** Where to cut: lengths of the pieces, over and over. */
export const CUTS: fc.Arbitrary<number[]> = fc.oneof(
  fc.constant<number[]>([1]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
  fc.constant<number[]>([100_000]),
)

export function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = []
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1
    pieces.push(text.slice(at, at + length))
    at += length
  }
  return pieces
}
