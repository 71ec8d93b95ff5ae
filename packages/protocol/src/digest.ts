/**
 * Small fast digests, not cryptography: chaining log entries, fingerprinting runs.
 * Always holds: whole 32-bit arithmetic, so the same bytes give the same number on every machine.
 */

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

export const DIGEST_START: number = FNV_OFFSET

/** Folds one 32-bit number into a digest. */
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

/** Folds plain data into a digest, keys in their own order. */
export function mixValue(digest: number, value: unknown): number {
  switch (typeof value) {
    case 'string':
      return mixText(digest, value)
    case 'number':
      return mixNumber(digest, value)
    case 'boolean':
      return mixNumber(digest, value ? 3 : 2)
    case 'object': {
      if (value === null) return mixNumber(digest, 1)
      let mixed = mixNumber(digest, Array.isArray(value) ? 5 : 4)
      for (const key in value) mixed = mixValue(mixText(mixed, key), (value as Record<string, unknown>)[key])
      return mixed
    }
    default:
      return mixNumber(digest, 0)
  }
}
