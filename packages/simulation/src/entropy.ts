/**
 * All chance of a simulated run: named streams of random numbers, grown from one seed.
 * Always holds: what a stream gives depends on the seed and its name alone, so that a new draw in one moves nothing in
 * another; whole 32-bit arithmetic, so that every machine gives the same numbers. Not for secrets.
 */

import type { Chance } from '@fourtwelve/cluster'

/** One stream: Chance, and raw bits for whoever needs them. */
export interface Stream extends Chance {
  /** 32 random bits, as a number of at least 0. */
  uint32(): number
  /** A new array of random bytes. Throws when `length` is no length of an array. */
  bytes(length: number): Uint8Array
}

export interface Entropy {
  /** The stream of this name; the same object at every call. Throws when a run has named more than STREAMS_MAX streams. */
  stream(name: string): Stream
}

/** A stream an event would fill the memory: names belong to things that stay, such as links and clients. */
const STREAMS_MAX = 1_000_000

/** Grows streams from a seed: any safe integer, each of which gives other streams. Throws on any other number. */
export function createEntropy(seed: number): Entropy {
  if (!Number.isSafeInteger(seed)) {
    throw new Error(`${seed} is no seed: give a whole number between -(2^53-1) and 2^53-1`)
  }
  const streams = new Map<string, Stream>()
  return {
    stream(name) {
      let stream = streams.get(name)
      if (stream === undefined) {
        if (streams.size >= STREAMS_MAX) {
          throw new Error(
            `stream "${name}" would be the one after ${STREAMS_MAX}: name streams by what stays, not by what passes`,
          )
        }
        stream = new Sfc32(seed, name)
        streams.set(name, stream)
      }
      return stream
    },
  }
}

const TWO_32 = 0x1_0000_0000
const WARM_UP_ROUNDS = 16

/** Chris Doty-Humphrey's sfc32: 128 bits of state, passes PractRand, and its counter keeps every cycle at 2^32 draws or more. */
class Sfc32 implements Stream {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  constructor(seed: number, name: string) {
    ;[this.#a, this.#b, this.#c] = hashOfSeed(seed, name)
    for (let i = 0; i < WARM_UP_ROUNDS; i++) this.uint32()
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** 53 random bits over 2^53: every step exact. */
  unit(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000
  }

  /** Draws as many bits as the bound has, again until they are below it: unbiased, less than two draws on average. */
  below(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new Error(`below(${bound}) has no answer: give a whole number from 1 to 2^53-1`)
    }
    if (bound === 1) return 0
    const last = bound - 1
    // The loops end with probability 1, and after 100 rounds with all but 2^-100: a bound on them could only add a bias.
    if (last < TWO_32) {
      const mask = 0xffff_ffff >>> Math.clz32(last)
      for (;;) {
        const drawn = (this.uint32() & mask) >>> 0
        if (drawn <= last) return drawn
      }
    }
    const highMask = 0xffff_ffff >>> Math.clz32(Math.floor(last / TWO_32))
    for (;;) {
      const drawn = (this.uint32() & highMask) * TWO_32 + this.uint32()
      if (drawn <= last) return drawn
    }
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let i = 0; i < length; i += 4) {
      const word = this.uint32()
      bytes[i] = word
      // Writes beyond the end of an array of bytes do nothing.
      bytes[i + 1] = word >>> 8
      bytes[i + 2] = word >>> 16
      bytes[i + 3] = word >>> 24
    }
    return bytes
  }
}

/** 96 well mixed bits of a seed and a name: both halves of the seed and every character of the name move all of them. */
function hashOfSeed(seed: number, name: string): [number, number, number] {
  // Whole halves in two's complement: no two safe integers share both.
  let a = absorb(0x9e37_79b9, seed | 0)
  let b = absorb(0x243f_6a88, Math.floor(seed / TWO_32) | 0)
  let c = absorb(0xb7e1_5162, name.length)
  for (let i = -2; i < name.length; i++) {
    // Two empty turns first, so that the halves of the seed meet even under an empty name.
    const code = i < 0 ? 0 : name.charCodeAt(i)
    a = absorb(a ^ c, code)
    b = absorb(b ^ a, code)
    c = absorb(c ^ b, code)
  }
  return [a, b, c]
}

/** MurmurHash3's finalizer over a state and a word: for a given state, different words give different results. */
function absorb(state: number, word: number): number {
  let mixed = state ^ word
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35)
  return mixed ^ (mixed >>> 16)
}
