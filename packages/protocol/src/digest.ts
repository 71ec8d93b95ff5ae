/**
 * Small fast digests, not cryptography: chaining log entries, fingerprinting runs.
 * Always holds: whole 32-bit arithmetic, so the same bytes give the same number on every machine.
 */

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

export const DIGEST_START: number = FNV_OFFSET

/** Folds one whole number of at most 2^53-1 into a digest. */
export function mixNumber(digest: number, value: number): number {
  let mixed = Math.imul(digest ^ (value | 0), 0x85ebca6b)
  mixed ^= mixed >>> 13
  // Times and indexes pass 2^32: their upper half counts too.
  const upper = Math.floor(value / 0x1_0000_0000)
  if (upper !== 0) mixed = Math.imul(mixed ^ (upper | 0), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** Folds text into a digest. */
export function mixText(digest: number, text: string): number {
  let mixed = digest
  for (let i = 0; i < text.length; i++) mixed = Math.imul(mixed ^ text.charCodeAt(i), FNV_PRIME)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** What stands for values that are no number and no text, and for ends: numbers that data hardly holds, unlike 0 and 1. */
const MARKS = {
  null: 0x6e75_6c6c,
  true: 0x7472_7565,
  false: 0x6661_6c73,
  array: 0x6172_7261,
  object: 0x6f62_6a65,
  end: 0x656e_6421,
  fraction: 0x6672_6163,
  bigint: 0x6269_6769,
  other: 0x6f74_6865,
} as const

/** Folds plain data into a digest, keys in their own order. Without the mark of the end, `[[1], 2]` would be `[[1, 2]]`. */
export function mixValue(digest: number, value: unknown): number {
  switch (typeof value) {
    case 'string':
      return mixText(digest, value)
    case 'number':
      return Number.isSafeInteger(value) ? mixNumber(digest, value) : mixText(digest ^ MARKS.fraction, String(value))
    case 'boolean':
      return mixNumber(digest, value ? MARKS.true : MARKS.false)
    case 'object': {
      if (value === null) return mixNumber(digest, MARKS.null)
      let mixed = mixNumber(digest, Array.isArray(value) ? MARKS.array : MARKS.object)
      for (const key in value) mixed = mixValue(mixText(mixed, key), (value as Record<string, unknown>)[key])
      return mixNumber(mixed, MARKS.end)
    }
    case 'bigint':
      return mixText(digest ^ MARKS.bigint, String(value))
    case 'undefined':
    case 'function':
    case 'symbol':
      return mixNumber(digest, MARKS.other)
  }
}
