/**
 * Vault's verb LIST, in bytes. Node's parser knows a fixed set of verbs and LIST is not among them, so the bytes of a
 * connection pass here first: LIST and LINK change places, letter by letter, where a request begins.
 * Always holds: nothing is held back, added or dropped; a byte is changed only in the first four of a request, so that a body
 * arrives as it was sent, however the bytes are cut. A client's own LINK turns into a verb that the parser refuses, so nobody
 * can send what stands for LIST. Memory does not grow with the input.
 *
 * To know where a request begins, this follows requests as Node's parser does (RFC 9112 sections 2, 6, 7). It need agree with
 * it only on what the parser accepts: after anything else the parser has ended the connection.
 */

/** The verb that the parser reports for a client's LIST. */
export const LIST_IN_DISGUISE = 'LINK'

/** Rewrites a chunk of a connection in place, and answers where in it a request begins, but at its first byte. Chunks come in order,
 *  none twice. */
export type ListRewriter = (bytes: Uint8Array) => readonly number[]
const NO_PLACES: readonly number[] = []

/** One for each connection. */
export function createListRewriter(): ListRewriter {
  const framing: Framing = { place: requestStart, matched: 0, left: 0, chunked: false }
  return (bytes) => {
    let starts: number[] | null = null
    let at = 0
    while (at < bytes.length) {
      const wasStart = framing.place === requestStart
      const next = framing.place(framing, bytes, at)
      if (wasStart && at > 0 && framing.place !== requestStart) (starts ??= []).push(at)
      at = next
    }
    return starts ?? NO_PLACES
  }
}

/** How far into a request the bytes have come. */
interface Framing {
  place: Place
  /** How many bytes of a header's name, or of the word `chunked`, have matched. */
  matched: number
  /** Bytes of the body, or of its chunk, that are still to come. */
  left: number
  chunked: boolean
}

/** What to do with the bytes at a place: deals with some from `at` on, and says where the next place begins. */
type Place = (framing: Framing, bytes: Uint8Array, at: number) => number

const [LF, CR, SPACE, TAB, COMMA, COLON] = [10, 13, 32, 9, 44, 58] as const
const [L, I, S, T, N, K] = [76, 73, 83, 84, 78, 75] as const
/** Makes a letter small. */
const SMALL = 0x20
const [SMALL_C, SMALL_T] = [99, 116] as const

/** Empty lines may stand before a request. */
function requestStart(framing: Framing, bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte !== LF && byte !== CR) framing.place = byte === L ? afterL : requestLine
  return at + 1
}

function afterL(framing: Framing, bytes: Uint8Array, at: number): number {
  const more = bytes[at] === I
  framing.place = more ? afterLI : requestLine
  return more ? at + 1 : at
}

/** LI-ST and LI-NK: what LIST has, LINK gets, and the other way round, at each letter alone, so that no letter need wait. */
function afterLI(framing: Framing, bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  framing.place = byte === S ? afterLIS : requestLine
  if (byte === S) bytes[at] = N
  else if (byte === N) bytes[at] = S
  else return at
  return at + 1
}

function afterLIS(framing: Framing, bytes: Uint8Array, at: number): number {
  if (bytes[at] === T) bytes[at] = K
  else if (bytes[at] === K) bytes[at] = T
  framing.place = requestLine
  return at
}

function requestLine(framing: Framing, bytes: Uint8Array, at: number): number {
  const end = afterLine(bytes, at)
  if (end === null) return bytes.length
  framing.left = 0
  framing.chunked = false
  framing.place = headerStart
  return end
}

function headerStart(framing: Framing, bytes: Uint8Array, at: number): number {
  const byte = bytes[at] ?? 0
  const letter = byte | SMALL
  framing.matched = 0
  if (byte === CR || byte === LF) framing.place = headersEnd
  else framing.place = letter === SMALL_C ? contentLength : letter === SMALL_T ? transferEncoding : headerLine
  return byte === CR ? at + 1 : at
}

function headerLine(framing: Framing, bytes: Uint8Array, at: number): number {
  const end = afterLine(bytes, at)
  if (end === null) return bytes.length
  framing.place = headerStart
  return end
}

const contentLength = header('content-length', contentLengthValue)
const transferEncoding = header('transfer-encoding', transferEncodingValue)

/** Reads a header's name; what follows if it is this one is `value`, else nothing of interest. */
function header(name: string, value: Place): Place {
  const letters = Uint8Array.from(name, (letter) => letter.charCodeAt(0))
  return (framing, bytes, at) => {
    let next = at
    while (next < bytes.length && framing.matched < letters.length) {
      if (((bytes[next] ?? 0) | SMALL) !== letters[framing.matched]) {
        framing.place = headerLine
        return next
      }
      framing.matched += 1
      next += 1
    }
    if (next === bytes.length) return next
    const whole = bytes[next] === COLON
    framing.matched = 0
    framing.place = whole ? value : headerLine
    return whole ? next + 1 : next
  }
}

function contentLengthValue(framing: Framing, bytes: Uint8Array, at: number): number {
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next] ?? 0
    const digit = byte - 48
    if (digit >= 0 && digit <= 9) framing.left = framing.left * 10 + digit
    else if (byte === LF) {
      framing.place = headerStart
      return next + 1
    }
  }
  return bytes.length
}

const CHUNKED: Uint8Array = Uint8Array.from('chunked', (letter) => letter.charCodeAt(0))
/** In place of a count: the current word is another one. */
const ANOTHER_WORD = -1

/** The last word counts, of the last such header that has any. */
function transferEncodingValue(framing: Framing, bytes: Uint8Array, at: number): number {
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next] ?? 0
    const { matched } = framing
    if (byte === LF) {
      if (matched !== 0) framing.chunked = matched === CHUNKED.length
      framing.place = headerStart
      return next + 1
    }
    if (byte === COMMA) framing.matched = 0
    else if (byte !== SPACE && byte !== TAB && byte !== CR)
      framing.matched = (byte | SMALL) === CHUNKED[matched] ? matched + 1 : ANOTHER_WORD
  }
  return bytes.length
}

function headersEnd(framing: Framing, _bytes: Uint8Array, at: number): number {
  framing.place = framing.chunked ? chunkSize : framing.left > 0 ? body : requestStart
  return at + 1
}

function body(framing: Framing, bytes: Uint8Array, at: number): number {
  return skip(framing, bytes, at, requestStart)
}

function chunkSize(framing: Framing, bytes: Uint8Array, at: number): number {
  for (let next = at; next < bytes.length; next += 1) {
    const digit = hexDigit(bytes[next] ?? 0)
    if (digit === null) {
      framing.place = chunkSizeLine
      return next
    }
    framing.left = framing.left * 16 + digit
  }
  return bytes.length
}

/** The rest of the line: chunk extensions. */
function chunkSizeLine(framing: Framing, bytes: Uint8Array, at: number): number {
  const end = afterLine(bytes, at)
  if (end === null) return bytes.length
  framing.place = framing.left > 0 ? chunk : trailerStart
  return end
}

function chunk(framing: Framing, bytes: Uint8Array, at: number): number {
  return skip(framing, bytes, at, chunkEnd)
}

function chunkEnd(framing: Framing, bytes: Uint8Array, at: number): number {
  const end = afterLine(bytes, at)
  if (end === null) return bytes.length
  framing.place = chunkSize
  return end
}

function trailerStart(framing: Framing, bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  framing.place = byte === CR || byte === LF ? trailersEnd : trailerLine
  return byte === CR ? at + 1 : at
}

function trailerLine(framing: Framing, bytes: Uint8Array, at: number): number {
  const end = afterLine(bytes, at)
  if (end === null) return bytes.length
  framing.place = trailerStart
  return end
}

function trailersEnd(framing: Framing, _bytes: Uint8Array, at: number): number {
  framing.place = requestStart
  return at + 1
}

function skip(framing: Framing, bytes: Uint8Array, at: number, then: Place): number {
  const skipped = Math.min(framing.left, bytes.length - at)
  framing.left -= skipped
  if (framing.left === 0) framing.place = then
  return at + skipped
}

/** Where the next line begins; null when this one goes on after these bytes. Lines are short: a loop beats `indexOf`. */
function afterLine(bytes: Uint8Array, at: number): number | null {
  for (let next = at; next < bytes.length; next += 1) if (bytes[next] === LF) return next + 1
  return null
}

function hexDigit(byte: number): number | null {
  if (byte >= 48 && byte <= 57) return byte - 48
  const letter = byte | SMALL
  return letter >= 97 && letter <= 102 ? letter - 87 : null
}
