/**
 * A cheap digest of an answer, for the fingerprint.
 * Always holds: status, X-Vault-Index and the body's own values count: numbers wholly, of a text its length and four letters.
 * What is nested in the body does not, because that alone would take a quarter of the time of a run of lookups; what it is made
 * of (entries, applies, random numbers) is in the fingerprint by other ways.
 */

import type { Answer } from '@fourtwelve/cluster'
import { DIGEST_START, mixNumber } from '@fourtwelve/protocol'
import type { RequestId } from '@fourtwelve/vault-node'

export function answerDigest(request: RequestId, answer: Answer): number {
  const start = mixNumber(DIGEST_START, request)
  if (answer.kind === 'lost') return fold(start, sampleOf(answer.why))
  const { status, index, body } = answer.value.reply
  let digest = mixPlain(mixNumber(start, status), index)
  // By `in`, which makes no list of the keys: bodies are plain data.
  for (const key in body) digest = mixPlain(digest, body[key])
  return digest
}

/** What stands for a value that is neither a number nor a text. */
const MARKS = { null: 0x6e75_6c6c, true: 0x7472_7565, false: 0x6661_6c73, nested: 0x6e65_7374 } as const

function mixPlain(digest: number, value: unknown): number {
  if (typeof value === 'string') return fold(digest, sampleOf(value))
  if (typeof value === 'number') return mixNumber(digest, value)
  if (typeof value === 'boolean') return fold(digest, value ? MARKS.true : MARKS.false)
  return fold(digest, value === null ? MARKS.null : MARKS.nested)
}

/** A 32-bit word of a text: its length, the last two letters, where times and MACs differ first, and two from the middle. */
function sampleOf(text: string): number {
  const { length } = text
  if (length < 2) return length === 0 ? 0 : text.charCodeAt(0)
  const end = text.charCodeAt(length - 1) ^ (text.charCodeAt(length - 2) << 8)
  return (
    end ^ (text.charCodeAt(length >> 1) << 16) ^ (text.charCodeAt(length >> 2) << 24) ^ Math.imul(length, 0x9e3779b1)
  )
}

/** Folds a 32-bit word into a digest. */
function fold(digest: number, word: number): number {
  const mixed = Math.imul(digest ^ word, 0x85ebca6b)
  return (mixed ^ (mixed >>> 13)) >>> 0
}
