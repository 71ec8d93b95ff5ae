/**
 * The X-Vault-Index values that this run's servers gave out, and which local index each names.
 * Always holds: a value counts as issued only as it was issued, letter for letter, so no key is needed to know a forged one;
 * one that was long not used may be forgotten, and then looks like one never issued: laws must be lenient to those. When the log
 * is numbered anew, what was issued before means nothing any more, unless the same value is issued again.
 */

import { base64, fromBase64, utf8, type ClusterId, type ReplyRecord } from '@fourtwelve/protocol'
import { RecentMap } from './recent-map.ts'

/** Values kept: the last of more sessions than a run has. */
const ISSUED_MAX = 16_384

type ReadLocal = (value: string) => number | null

export class IssuedIndex {
  /** Who got it. */
  readonly session: string
  /** The answer that carried it. */
  readonly reply: ReplyRecord
  /** How often the log had been numbered anew when it was issued. */
  readonly numbering: number
  readonly #read: ReadLocal
  #local: number | null | undefined = undefined

  constructor(session: string, reply: ReplyRecord, numbering: number, read: ReadLocal) {
    this.session = session
    this.reply = reply
    this.numbering = numbering
    this.#read = read
  }

  /** The local index that it names; null when it is no value of this cluster in Vault's format. */
  get local(): number | null {
    // Read when it is first asked for: most values never come back.
    if (this.#local === undefined) this.#local = this.#read(this.reply.index ?? '')
    return this.#local
  }
}

export class IssuedIndexes {
  readonly #values = new RecentMap<string, IssuedIndex>(ISSUED_MAX)
  #read: ReadLocal = () => null
  #numbering = 0
  #asked: string | null = null
  #found: IssuedIndex | undefined = undefined

  /** Says whose values these are. */
  of(cluster: ClusterId): void {
    this.#read = localReader(cluster)
  }

  remember(value: string, session: string, reply: ReplyRecord): void {
    this.#asked = null
    this.#values.set(value, new IssuedIndex(session, reply, this.#numbering, this.#read))
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
      this.#found = this.#values.get(value)
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
}

const COLON = 0x3a
const DIGIT_0 = 0x30
/** Base64 letters that surely hold the end of the prefix, an index of 20 digits and the colon behind it. */
const INDEX_WINDOW = 32

/**
 * Reads the local index out of this cluster's values, `base64("v1:cluster:local:replicated:mac")` (vault-consistency 3.1),
 * decoding only the letters around it: whole values are 148 letters long, and a law reads one in every other answer.
 */
function localReader(cluster: ClusterId): ReadLocal {
  const prefix = utf8(`v1:${cluster}:`)
  const wholeGroups = Math.floor(prefix.length / 3)
  const prefixLetters = base64(prefix.subarray(0, 3 * wholeGroups))
  const prefixRest = prefix.subarray(3 * wholeGroups)
  return (value) => {
    if (!value.startsWith(prefixLetters)) return null
    const bytes = fromBase64(value.slice(prefixLetters.length, prefixLetters.length + INDEX_WINDOW))
    if (bytes === null || prefixRest.some((byte, at) => bytes[at] !== byte)) return null
    let local = 0
    for (let at = prefixRest.length; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte === COLON) return at > prefixRest.length && Number.isSafeInteger(local) ? local : null
      const digit = byte - DIGIT_0
      if (digit < 0 || digit > 9) return null
      local = local * 10 + digit
    }
    return null
  }
}
