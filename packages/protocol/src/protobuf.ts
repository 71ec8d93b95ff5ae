/**
 * The dozen lines of protocol buffers that tokens need: varints and byte fields.
 * Always holds: a number above 2^53-1 is a bigint, a smaller one a number; zero fields are not written (proto3).
 */

/** An unsigned 64-bit number. */
export type Uint64 = number | bigint

const WIRE_VARINT = 0
const WIRE_BYTES = 2
const VARINT_BYTES_MAX = 10

export type ProtoField = { readonly field: number } & (
  | { readonly kind: 'number'; readonly value: Uint64 }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
)

function pushVarint(out: number[], value: number): void {
  let rest = value
  while (rest > 127) {
    out.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
}

export function pushNumberField(out: number[], field: number, value: number): void {
  if (value === 0) return
  out.push((field << 3) | WIRE_VARINT)
  pushVarint(out, value)
}

export function pushBytesField(out: number[], field: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return
  pushBytesHead(out, field, bytes.length)
  for (const byte of bytes) out.push(byte)
}

/** What stands before the bytes of a field that is not empty. */
export function pushBytesHead(out: number[], field: number, length: number): void {
  out.push((field << 3) | WIRE_BYTES)
  pushVarint(out, length)
}

/** Reads one varint; null when it is cut short or too long. Small ones stay numbers all the way. */
function readVarint(bytes: Uint8Array, from: number): { readonly value: Uint64; readonly next: number } | null {
  let value = 0
  let scale = 1
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) return null
    if (i === 7) return readLongVarint(bytes, from)
    value += (byte & 127) * scale
    if (byte < 128) return { value, next: from + i + 1 }
    scale *= 128
  }
  return null
}

function readLongVarint(bytes: Uint8Array, from: number): { readonly value: Uint64; readonly next: number } | null {
  let value = 0n
  for (let i = 0; i < VARINT_BYTES_MAX; i++) {
    const byte = bytes[from + i]
    if (byte === undefined) return null
    value |= BigInt(byte & 127) << BigInt(7 * i)
    if (byte < 128) {
      if (value >= 1n << 64n) return null
      return { value: value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value, next: from + i + 1 }
    }
  }
  return null
}

/** All fields of a message in their order, or null when the bytes are no message of varints and byte fields. */
export function readFields(bytes: Uint8Array): readonly ProtoField[] | null {
  const fields: ProtoField[] = []
  let at = 0
  while (at < bytes.length) {
    const key = readVarint(bytes, at)
    if (key === null || typeof key.value === 'bigint' || key.value < 8) return null
    const field = Math.floor(key.value / 8)
    const number = readVarint(bytes, key.next)
    if (number === null) return null
    if (key.value % 8 === WIRE_VARINT) {
      fields.push({ field, kind: 'number', value: number.value })
      at = number.next
    } else if (key.value % 8 === WIRE_BYTES && typeof number.value === 'number') {
      const end = number.next + number.value
      if (end > bytes.length) return null
      fields.push({ field, kind: 'bytes', value: bytes.subarray(number.next, end) })
      at = end
    } else return null
  }
  return fields
}

export const numberField = (fields: readonly ProtoField[], field: number): Uint64 => {
  const found = fields.findLast((f) => f.field === field)
  return found?.kind === 'number' ? found.value : 0
}

const NO_BYTES = new Uint8Array(0)
export const bytesField = (fields: readonly ProtoField[], field: number): Uint8Array => {
  const found = fields.findLast((f) => f.field === field)
  return found?.kind === 'bytes' ? found.value : NO_BYTES
}
