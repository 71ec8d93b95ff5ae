/**
 * The words in which every witness is told: times, calls, answers, tokens, index states.
 * Always holds: a name in a sentence is a name in the records, so that a reader can look it up.
 */

import type { CallRecord, HistoryRecord, Micros, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import type { IssuedIndex } from './issued-index.ts'
import { WITNESS_RECORDS_MAX } from './law.ts'
import type { TokenOrigin } from './run-facts.ts'
import type { TokenLife } from './token-life.ts'

export type ServiceTokenRecord = Extract<TokenRecord, { type: 'service' }>

/**
 * A time of the history as `+3.101 s`, whole microseconds where milliseconds are not enough; one by the clock of the wall as
 * `05:01:02.305278 UTC`.
 */
export const at = (t: Micros): string => (t < WALL_CLOCK_FROM ? `+${inSeconds(t)} s` : `${timeOfDay(t)} UTC`)

/** Live histories count from 1970, simulated ones from their own start: no run lasts thirty years. */
const WALL_CLOCK_FROM = 1_000_000_000_000_000
const MICROS_A_DAY = 86_400_000_000

const inSeconds = (t: number): string => (t / 1_000_000).toFixed(t % 1000 === 0 ? 3 : 6)

function timeOfDay(t: Micros): string {
  const minutes = Math.floor((t % MICROS_A_DAY) / 60_000_000)
  const twoDigits = (count: number): string => String(count).padStart(2, '0')
  const seconds = inSeconds(t % 60_000_000)
  const wholeSeconds = t % 60_000_000 < 10_000_000 ? `0${seconds}` : seconds
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${wholeSeconds}`
}

/** Chains stand in sentences as eight digits. */
export const hexChain = (chain: number): string => chain.toString(16).padStart(8, '0')

export const tokenWords = (token: ServiceTokenRecord): string =>
  `token ${token.id} of index ${token.index} (epoch ${token.epoch})`

/** `token h0a1b (salted)`: how the log calls a token. */
export const lifeWords = ({ id }: Pick<TokenLife, 'id'>): string => `token ${id} (salted)`

/** `Entry 412 of +3.101 s killed token h0a1b (salted).` Empty for a token that lives. */
export const deathWords = (life: TokenLife): string =>
  life.death === null ? '' : `Entry ${life.death.index} of ${at(life.death.t)} killed ${lifeWords(life)}.`

/** The token of a call in words: `token 7f.. of index 412 (epoch 2)`, or its kind. */
export const anyTokenWords = (token: TokenRecord): string =>
  token.type === 'service'
    ? tokenWords(token)
    : token.type === 'none'
      ? 'no token'
      : `a token of type ${token.type}${token.type === 'other' || token.id === undefined ? '' : ` (${token.id})`}`

/** `Session s7 created token t31 of index 412 (epoch 2) at +3.101 s (call 4).` for a token of any kind. */
export const originWords = ({ session, token, reply }: TokenOrigin): string =>
  `Session ${session} created ${anyTokenWords(token)} at ${at(reply.t)} (call ${reply.id}).`

/** `Session s7 created token t31 of index 412 (epoch 2) at +3.101 s.` */
export const birthOf = (token: ServiceTokenRecord, origin: TokenOrigin | undefined): string =>
  origin === undefined
    ? `Who created ${tokenWords(token)} is not remembered.`
    : `Session ${origin.session} created ${tokenWords(token)} at ${at(origin.reply.t)} (call ${origin.reply.id}).`

/** `Session s3 got X-Vault-Index 412 at +3.101 s (call 5).` */
export const birthOfIndex = ({ session, reply, local }: IssuedIndex): string =>
  `Session ${session} got X-Vault-Index ${local} at ${at(reply.t)} (call ${reply.id}).`

/** `Session s9 sent GET secret/data/a to n2 at +3.120 s (call 18)`, without a full stop. */
export const sent = (call: CallRecord): string =>
  `Session ${call.session} sent ${call.method} ${call.path} to ${call.node} at ${at(call.t)} (call ${call.id})`

/** `n2 answered 200 at +3.140 s`, or how it came to be another node's answer. */
export function answered(call: CallRecord, reply: ReplyRecord): string {
  const node = reply.node ?? call.node
  const by = reply.by ?? node
  const answer = `answered ${reply.status} at ${at(reply.t)}`
  if (by === node) return `${node} ${answer}`
  return `${node} handed it to ${by}${reply.forwarded == null ? '' : ` (${reply.forwarded})`}, and ${by} ${answer}`
}

/** The records of a witness: each once, in the order of time; the last ones when they are more than a witness may show. */
export const proof = (records: readonly HistoryRecord[]): readonly HistoryRecord[] =>
  [...new Set(records)].sort((a, b) => a.t - b.t).slice(-WITNESS_RECORDS_MAX)
