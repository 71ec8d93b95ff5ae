/** A seeded stream of chance for tests: sfc32, whole 32-bit arithmetic, 53-bit units. */

import type { Chance } from '@fourtwelve/cluster'

export function seededChance(seed: number): Chance {
  let a = 0x9e3779b9
  let b = 0x243f6a88
  let c = seed | 0
  let counter = 1
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  for (let warmUp = 0; warmUp < 12; warmUp++) next()
  const unit = (): number => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 2 ** 53
  return { unit, below: (bound) => Math.floor(unit() * bound) }
}

/** A stream of fixed numbers, over and over, that counts how often it was asked. */
export function listedChance(units: readonly number[]): Chance & { readonly asked: () => number } {
  let asked = 0
  const unit = (): number => units[asked++ % units.length] ?? 0
  return { unit, below: (bound) => Math.floor(unit() * bound), asked: () => asked }
}
