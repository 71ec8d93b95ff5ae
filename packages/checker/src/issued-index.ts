/**
 * The X-Vault-Index values that this run's servers gave out, and which local index each names.
 * Always holds: a value counts as issued only as it was issued, letter for letter, so no key is needed to know a forged one;
 * one that was long not used may be forgotten, and then looks like one never issued: laws must be lenient to those. When the log
 * is numbered anew, what was issued before means nothing any more, unless the same value is issued again.
 */

import { base64, utf8, type ClusterId, type ReplyRecord } from '@fourtwelve/protocol'
import type { Memory } from './memory.ts'
import { RecentMap } from './recent-map.ts'

/** Values that stand by their local index, which costs little: those of the last so many entries. A power of two. */
const RING = 16_384
/** Values beside these that are kept for sure: older ones, and those that nobody can read. */
const OTHERS_MAX = 16_384

export interface IssuedIndex {
  readonly value: string
  /** The local index that it names; null when it is no value of this cluster in Vault's format. */
  readonly local: number | null
  /** Who got it. */
  readonly session: string
  /** The answer that carried it. */
  readonly reply: ReplyRecord
  /** How often the log had been numbered anew when it was issued. */
  readonly numbering: number
}

/** What a session was told or sent last, since it mostly sends that again. */
interface AtHand {
  readonly issued: IssuedIndex
  /** Of the others, when it was found. */
  readonly rounds: number
}

export class IssuedIndexes {
  readonly #ring: (IssuedIndex | undefined)[] = []
  readonly #others = new RecentMap<string, IssuedIndex>(OTHERS_MAX)
  readonly #ofSession: Memory<AtHand>
  #read: (value: string) => number | null = () => null
  #numbering = 0
  #asked: string | null = null
  #found: IssuedIndex | undefined = undefined

  constructor(ofSession: Memory<AtHand>) {
    this.#ofSession = ofSession
  }

  /** Says whose values these are. */
  of(cluster: ClusterId): void {
    this.#read = localReader(cluster)
  }

  remember(value: string, session: string, reply: ReplyRecord): void {
    const local = this.#read(value)
    const issued = { value, local, session, reply, numbering: this.#numbering }
    if (local === null) this.#others.set(value, issued)
    else {
      const before = this.#ring[local & (RING - 1)]
      if (before !== undefined && before.value !== value) this.#others.set(before.value, before)
      this.#ring[local & (RING - 1)] = issued
    }
    this.#asked = value
    this.#found = issued
    this.#ofSession.set({ issued, rounds: this.#others.rounds })
  }

  /** The log is numbered anew. */
  beginAnew(): void {
    this.#numbering++
  }

  /** Whether a value names an entry of the log as it is numbered now. */
  isOfThisLog(issued: IssuedIndex): boolean {
    return issued.numbering === this.#numbering
  }

  find(value: string): IssuedIndex | undefined {
    // Several laws ask for the value of one request, one after the other.
    if (value !== this.#asked) {
      this.#found = this.#lookUp(value)
      this.#asked = value
    }
    return this.#found
  }

  /** The same, without a look at its letters when it was issued and is not forgotten. */
  localOfKnown(value: string): number | null {
    const issued = this.find(value)
    return issued === undefined ? this.localOf(value) : issued.local
  }

  /** The local index that any value names, issued or not, whatever its signature; null when it is no value of this cluster. */
  localOf(value: string): number | null {
    return this.#read(value.trim())
  }

  #lookUp(value: string): IssuedIndex | undefined {
    const last = this.#ofSession.get()
    if (
      last?.issued.value === value &&
      last.issued.numbering === this.#numbering &&
      last.rounds === this.#others.rounds
    )
      return last.issued
    const local = this.#read(value)
    const inRing = local === null ? undefined : this.#ring[local & (RING - 1)]
    const issued = inRing?.value === value ? inRing : this.#others.get(value)
    if (issued !== undefined) this.#ofSession.set({ issued, rounds: this.#others.rounds })
    return issued
  }
}

const COLON = 0x3a
const DIGIT_0 = 0x30
/** Base64 letters that surely hold the end of the prefix, an index of 20 digits and the colon behind it. */
const INDEX_WINDOW = 32
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NO_LETTER = 64
const SEXTETS = new Uint8Array(128).fill(NO_LETTER)
for (let sextet = 0; sextet < LETTERS.length; sextet++) SEXTETS[LETTERS.charCodeAt(sextet)] = sextet

/**
 * Reads the local index out of this cluster's values, `base64("v1:cluster:local:replicated:mac")` (vault-consistency 3.1),
 * decoding only the letters around it: whole values are 148 letters long, and laws read one in every other answer.
 */
export function localReader(cluster: ClusterId): (value: string) => number | null {
  const prefix = utf8(`v1:${cluster}:`)
  const wholeGroups = Math.floor(prefix.length / 3)
  const prefixLetters = base64(prefix.subarray(0, 3 * wholeGroups))
  const prefixRest = prefix.subarray(3 * wholeGroups)
  return (value) => {
    if (!value.startsWith(prefixLetters)) return null
    const start = prefixLetters.length
    const end = Math.min(value.length, start + INDEX_WINDOW)
    let [bits, held, byteAt, local, digits] = [0, 0, 0, 0, 0]
    for (let at = start; at < end; at++) {
      const sextet = SEXTETS[value.charCodeAt(at)] ?? NO_LETTER
      if (sextet === NO_LETTER) return null
      bits = ((bits << 6) | sextet) & 0xffff
      held += 6
      if (held < 8) continue
      held -= 8
      const byte = (bits >> held) & 255
      if (byteAt < prefixRest.length) {
        if (byte !== prefixRest[byteAt++]) return null
        continue
      }
      if (byte === COLON) return digits > 0 && Number.isSafeInteger(local) ? local : null
      const digit = byte - DIGIT_0
      if (digit < 0 || digit > 9) return null
      local = local * 10 + digit
      digits++
    }
    return null
  }
}
