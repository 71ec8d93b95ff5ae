/**
 * From the target of a request line to a path below `/v1/` and a query, or to the answer that Vault gives before it looks at
 * anything else (vault-http-api 1.1).
 */

import type { VaultRequest } from '@fourtwelve/protocol'
import { cleanPath, escapeNonAscii, escapePath, parseQuery, unescape } from './go-url.ts'

export type Target =
  /** `rawQuery` is the query as it was sent, without its question mark. */
  | { readonly kind: 'vault'; readonly path: string; readonly query: VaultRequest['query']; readonly rawQuery: string }
  /** A malformed escape: Go refuses the request line. */
  | { readonly kind: 'malformed' }
  /** A control character, or what else cannot be printed. */
  | { readonly kind: 'unprintable' }
  | { readonly kind: 'elsewhere' }
  /** `//`, `/./` or `/../` in it: to be asked again at `location`. */
  | { readonly kind: 'unclean'; readonly location: string }

export const API_PREFIX = '/v1/'

/** Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and of all spaces the plain one. */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u
const SCHEME_AND_HOST = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?]*/
const NO_QUERY = {}

export function readTarget(url: string): Target {
  const target = url.startsWith('/') ? url : url.replace(SCHEME_AND_HOST, '')
  const mark = target.indexOf('?')
  const rawQuery = mark === -1 ? '' : target.slice(mark + 1)
  const path = unescape(mark === -1 ? target : target.slice(0, mark))
  if (path === null) return { kind: 'malformed' }
  if (UNPRINTABLE.test(path)) return { kind: 'unprintable' }
  if (!path.startsWith(API_PREFIX)) return { kind: 'elsewhere' }
  if (path.includes('//') || path.includes('/.')) {
    const clean = cleanPath(path)
    if (clean !== path) return { kind: 'unclean', location: locationOf(clean, rawQuery) }
  }
  return { kind: 'vault', path: path.slice(API_PREFIX.length), query: queryOf(rawQuery), rawQuery }
}

/** The target that names a decoded path and a raw query. */
export const locationOf = (path: string, rawQuery: string): string =>
  escapePath(path) + (rawQuery === '' ? '' : `?${escapeNonAscii(rawQuery)}`)

function queryOf(rawQuery: string): VaultRequest['query'] {
  if (rawQuery === '') return NO_QUERY
  const pairs = [...parseQuery(rawQuery).values].map(([name, values]) => {
    const [first = ''] = values
    return [name, values.length === 1 ? first : values] as const
  })
  return Object.fromEntries(pairs)
}
