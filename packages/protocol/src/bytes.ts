/** Bytes as text and back: UTF-8, hexadecimal, base64 in Vault's two forms. Decoders answer null on anything they would not write. */

const encoder = new TextEncoder()
// "Ignoring" the byte order mark is to leave it in the text: dropped, two arrays of bytes would read alike.
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Encoders write here what becomes text at once: an array of more than 64 bytes, and text put together letter by letter, cost more
 *  than all the rest of the encoding. Nothing in it outlives the call that wrote it. */
const SCRATCH_BYTES = 4096
const scratch = new Uint8Array(SCRATCH_BYTES)
const textScratch = new Uint8Array(SCRATCH_BYTES)
const scratchOf = (length: number): Uint8Array => (length <= SCRATCH_BYTES ? scratch : new Uint8Array(length))
const asciiDecoder = new TextDecoder('utf-8')

/** The text of ASCII codes. */
export const asciiText = (codes: Uint8Array): string => asciiDecoder.decode(codes)

/** UTF-8 bytes. Short ASCII text, which ids are, skips the encoder. */
export const utf8 = (text: string): Uint8Array => asciiBytes(text, new Uint8Array(text.length)) ?? encoder.encode(text)

/** The codes of ASCII text, at the beginning of `room`; null when it is none. */
function asciiBytes(text: string, room: Uint8Array): Uint8Array | null {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return null
    room[i] = code
  }
  return room.length === text.length ? room : room.subarray(0, text.length)
}

/** The text of UTF-8 bytes, or null when they are none. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return null
  }
}

/** Each byte as two hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  const codes = scratchOf(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    codes[2 * i] = HEX_CODES[byte >> 4] ?? 0
    codes[2 * i + 1] = HEX_CODES[byte & 15] ?? 0
  }
  return asciiText(codes.subarray(0, 2 * bytes.length))
}

export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0) return null
  const bytes = new Uint8Array(text.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = HEX_VALUES[text.charCodeAt(2 * i)] ?? NOT_IN_ALPHABET
    const low = HEX_VALUES[text.charCodeAt(2 * i + 1)] ?? NOT_IN_ALPHABET
    if (high === NOT_IN_ALPHABET || low === NOT_IN_ALPHABET) return null
    bytes[i] = (high << 4) | low
  }
  return bytes
}

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`

const NOT_IN_ALPHABET = 255
function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(NOT_IN_ALPHABET)
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i
  return values
}
const HEX_DIGITS = '0123456789abcdef'
const HEX_CODES = codesOf(HEX_DIGITS)
const HEX_VALUES = valuesOf(HEX_DIGITS)
const STANDARD_CODES = codesOf(STANDARD)
const STANDARD_VALUES = valuesOf(STANDARD)
const URL_SAFE_CODES = codesOf(URL_SAFE)
const URL_SAFE_VALUES = valuesOf(URL_SAFE)

/** The codes of an alphabet's letters. */
export function codesOf(alphabet: string): Uint8Array {
  return Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0))
}

const PADDING_CODE = 61

/** Encodes the parts as if they were one; padded to whole groups of four or not. */
function encode(parts: readonly Uint8Array[], alphabet: Uint8Array, padded: boolean): string {
  let length = 0
  for (const part of parts) length += part.length
  const codes = scratchOf(4 * Math.ceil(length / 3))
  let at = 0
  let group = 0
  /** Bytes in the group. */
  let held = 0
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) {
      group = (group << 8) | (part[i] ?? 0)
      if (++held < 3) continue
      codes[at++] = alphabet[group >> 18] ?? 0
      codes[at++] = alphabet[(group >> 12) & 63] ?? 0
      codes[at++] = alphabet[(group >> 6) & 63] ?? 0
      codes[at++] = alphabet[group & 63] ?? 0
      group = 0
      held = 0
    }
  }
  if (held > 0) {
    group <<= 8 * (3 - held)
    codes[at++] = alphabet[group >> 18] ?? 0
    codes[at++] = alphabet[(group >> 12) & 63] ?? 0
    if (held === 2) codes[at++] = alphabet[(group >> 6) & 63] ?? 0
    while (padded && at % 4 !== 0) codes[at++] = PADDING_CODE
  }
  return asciiText(codes.subarray(0, at))
}

/** Refuses trailing bits that are not zero, so that two texts never decode to the same bytes. */
function decode(text: string, values: Uint8Array): Uint8Array | null {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const value = values[text.charCodeAt(i)] ?? NOT_IN_ALPHABET
    if (value === NOT_IN_ALPHABET) return null
    bits = ((bits << 6) | value) & 0xffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = (bits >> held) & 255
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : null
}

/** base64url without padding, of all parts as one: the form of tokens. */
export const base64Url = (...parts: readonly Uint8Array[]): string => encode(parts, URL_SAFE_CODES, false)
export const fromBase64Url = (text: string): Uint8Array | null => decode(text, URL_SAFE_VALUES)

/** Standard base64 with padding: the form of X-Vault-Index. */
export const base64 = (bytes: Uint8Array): string => encode([bytes], STANDARD_CODES, true)
/** The same of a text's UTF-8. */
export function base64OfText(text: string): string {
  const bytes = text.length <= SCRATCH_BYTES ? asciiBytes(text, textScratch) : null
  return base64(bytes ?? encoder.encode(text))
}
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  return decode(text.replace(/={1,2}$/, ''), STANDARD_VALUES)
}

/** Equal length and equal bytes, in a time that does not depend on where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
