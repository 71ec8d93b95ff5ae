/**
 * Paths and queries as Go's net/url and net/http read and write them, because Vault does.
 * Always holds: text comes in as HTTP carries it, one character a byte; what goes out of a decoder is Unicode. Bytes that are
 * no UTF-8 become U+FFFD.
 */

const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const ESCAPE = /%([0-9A-Fa-f]{2})/g
const NOT_PLAIN = /[^\x20-\x24\x26-\x7e]/

/** Decodes `%XX`. Null when an escape is malformed. */
export function unescape(text: string): string | null {
  if (!NOT_PLAIN.test(text)) return text
  if (BAD_ESCAPE.test(text)) return null
  const bytes = text.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** What a query or a form says: every name with its values, in order. */
export interface Query {
  readonly values: ReadonlyMap<string, readonly string[]>
  /** Whether something in it could not be read and was passed over. */
  readonly flawed: boolean
}

/** As `url.ParseQuery`: a pair with a semicolon or a malformed escape is passed over. */
export function parseQuery(text: string): Query {
  const values = new Map<string, string[]>()
  let flawed = false
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = unescapeWord(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : unescapeWord(pair.slice(equals + 1))
    if (pair.includes(';') || name === null || value === null) {
      flawed = true
      continue
    }
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
  }
  return { values, flawed }
}

const unescapeWord = (text: string): string | null => unescape(text.replaceAll('+', ' '))

/** As Go's ServeMux cleans a decoded path: no `//`, no `.`, no `..`; a slash at the end stays. */
export function cleanPath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const clean = `/${kept.join('/')}`
  return path.endsWith('/') && clean !== '/' ? `${clean}/` : clean
}

/** As `URL.EscapedPath` writes a decoded path: for a Location header. */
export const escapePath = (path: string): string => escapeBytes(path, 'utf8', /[^\w\-.~$&+,/:;=@]/g)

/** Escapes what is not ASCII, as `http.Redirect` does. */
export const escapeNonAscii = (text: string): string => escapeBytes(text, 'latin1', /[^\x20-\x7e]/g)

const escapeBytes = (text: string, encoding: BufferEncoding, unwanted: RegExp): string =>
  Buffer.from(text, encoding)
    .toString('latin1')
    .replace(unwanted, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
