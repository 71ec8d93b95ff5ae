/**
 * What an answer is about: most laws are about few answers, and are asked about no others.
 * Always holds: a kind is read off the call and the reply alone, so that it costs next to nothing; a law that names none is asked about
 * every answer.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'

const BIT = {
  'precondition-failed': 1,
  forwarded: 2,
  'new-token': 4,
  'unindexed-token': 8,
  'index-sent': 16,
  'index-told': 32,
  'version-told': 64,
} as const

export type AnswerKind = keyof typeof BIT

/** All kinds that an answer is of, as one number. */
export const kindsOf = (
  { token: own, index: sent }: CallRecord,
  { status, forwarded, token, index, version }: ReplyRecord,
): number =>
  (status === 412 ? BIT['precondition-failed'] : 0) |
  (forwarded === undefined || forwarded === null ? 0 : BIT.forwarded) |
  (token === null ? 0 : BIT['new-token']) |
  (own.type === 'service' ? 0 : BIT['unindexed-token']) |
  (sent.length === 0 ? 0 : BIT['index-sent']) |
  (index === null || index === '' ? 0 : BIT['index-told']) |
  (version === undefined ? 0 : BIT['version-told'])

/** Whether a law that is about some kinds, of which one is enough, is about an answer. */
export const isAbout = (about: readonly AnswerKind[] | undefined, kinds: number): boolean =>
  about === undefined || about.some((kind) => (kinds & BIT[kind]) !== 0)
