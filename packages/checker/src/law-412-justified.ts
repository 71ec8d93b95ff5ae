/**
 * Law 2 of simulation-and-checking 6.1: a 412 has a cause.
 * Causes are: the token's index was not applied when the request arrived, and its epoch was not below the node's
 * (vault-consistency 1.5, steps 6 to 10); or a value of X-Vault-Index was ahead, or is none that this run issued, letter for
 * letter: malformed, foreign and forged values are refused (3.3). The active node has every index of its own epoch, so there
 * only X-Vault-Index can be a cause.
 * Always holds: whatever could have been a cause is never called none: without knowledge of the node's state only requests
 * that name no index at all are judged, and on paths that check a token in the body, which no record tells, a standby is not.
 */

import type { CallRecord, ReplyRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { IssuedIndex } from './issued-index.ts'
import type { Law, Witness } from './law.ts'
import { checksBodyToken, gatesOf } from './path-gates.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, birthOf, birthOfIndex, proof, sent, tokenWords } from './telling.ts'

export const JUSTIFIED_412: Law = answerLaw(
  '412-justified',
  'A 412 is answered only when the token or an X-Vault-Index value names a state that the node did not have.',
  judge412,
)

const PRECONDITION_FAILED = 412
/** Values of X-Vault-Index that a witness tells: an Agent sends at most three. */
const INDEXES_TOLD_MAX = 3
/** An Agent with `require_request_header` says 412 too, and means something else (vault-consistency 3.4). */
const AGENT_TEXT = 'missing "X-Vault-Request" header'

function judge412(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (reply.status !== PRECONDITION_FAILED || reply.errors.includes(AGENT_TEXT)) return 'not-judged'
  const exchange: Exchange = {
    call,
    reply,
    facts,
    byActive: facts.answeredByActive(call, reply),
    seen: seenBy(call, reply),
  }
  const excuses: Excuse[] = []
  let unknown = false
  for (const suspect of [tokenOf(exchange), indexOf(exchange), bodyTokenOf(exchange)]) {
    if (suspect === 'cause') return 'lawful'
    if (suspect === 'unknown') unknown = true
    else excuses.push(suspect)
  }
  return unknown ? 'not-judged' : () => tell(exchange, excuses)
}

interface Exchange {
  readonly call: CallRecord
  readonly reply: ReplyRecord
  readonly facts: RunFacts
  readonly byActive: boolean
  /** What the node that said 412 had applied when the request came to it; undefined when the history does not tell. */
  readonly seen: number | undefined
}

/** A forwarded request was judged where it was handled, any other on arrival. */
function seenBy(call: CallRecord, reply: ReplyRecord): number | undefined {
  const here = reply.node ?? call.node
  return (reply.by ?? here) === here ? (reply.appliedHere ?? reply.applied) : reply.applied
}

/** Why something is no cause. */
type Excuse =
  | 'community'
  | 'no-indexed-token'
  | 'token-unchecked'
  | 'old-epoch'
  | 'other-storage'
  | 'active-own-epoch'
  | 'token-applied'
  | 'no-index'
  | 'index-unchecked'
  | 'index-applied'
  | 'no-body-token'

type Suspect = 'cause' | 'unknown' | Excuse

function tokenOf({ call, reply, facts, byActive, seen }: Exchange): Suspect {
  const { token } = call
  if (!facts.checksIndexes) return 'community'
  if (token.type !== 'service') return 'no-indexed-token'
  if (gatesOf(call).token === 'unchecked') return 'token-unchecked'
  if (reply.epoch !== undefined && token.epoch < reply.epoch) return 'old-epoch'
  if (byActive && reply.epoch === token.epoch) return 'active-own-epoch'
  if (!byActive && !facts.standbysCheckTokens) return 'other-storage'
  if (token.index <= (seen ?? 0)) return 'token-applied'
  return seen === undefined ? 'unknown' : 'cause'
}

function indexOf({ call, facts, seen }: Exchange): Suspect {
  if (!facts.checksIndexes) return 'community'
  if (call.index.length === 0) return 'no-index'
  if (!gatesOf(call).index) return 'index-unchecked'
  let unknown = false
  for (const value of call.index) {
    const issued = facts.issued.find(value)
    if (issued === undefined) return 'cause'
    const { local } = issued
    if (local === null || seen === undefined) unknown ||= local !== 0
    else if (local > seen) return 'cause'
  }
  return unknown ? 'unknown' : 'index-applied'
}

function bodyTokenOf({ call, facts, byActive }: Exchange): Suspect {
  const canBeCause = checksBodyToken(call.path) && !byActive && facts.checksIndexes && facts.standbysCheckTokens
  return canBeCause ? 'unknown' : 'no-body-token'
}

const EXCUSES: Readonly<Record<Excuse, (exchange: Exchange) => string>> = {
  community: () => 'a community server checks no index',
  'no-indexed-token': ({ call }) => `a token of type ${call.token.type} carries no index`,
  'token-unchecked': ({ call }) => `${call.path} does not check the token`,
  'old-epoch': ({ call, reply }) => `the token's epoch ${epochOf(call)} is below the node's epoch ${reply.epoch}`,
  'other-storage': () => 'over this storage a standby does not check the index of a token',
  'active-own-epoch': ({ reply }) =>
    `${reply.by} is the active node, which has every index of its own epoch ${reply.epoch}`,
  'token-applied': (exchange) => comparison(exchange.seen, tokenIndexOf(exchange.call)),
  'no-index': () => 'the request had no X-Vault-Index',
  'index-unchecked': ({ call }) => `${call.path} does not look at X-Vault-Index`,
  'index-applied': (exchange) =>
    issuedIn(exchange)
      .map(({ local }) => comparison(exchange.seen, local ?? 0))
      .join(' and '),
  'no-body-token': () => '',
}

const epochOf = ({ token }: CallRecord): number | bigint => (token.type === 'service' ? token.epoch : 0)
const tokenIndexOf = ({ token }: CallRecord): number | bigint => (token.type === 'service' ? token.index : 0)
const comparison = (seen: number | undefined, index: number | bigint): string => `${seen ?? 0} >= ${index}`
const issuedIn = ({ call, facts }: Exchange): readonly IssuedIndex[] =>
  call.index.slice(0, INDEXES_TOLD_MAX).flatMap((value) => facts.issued.find(value) ?? [])

function tell(exchange: Exchange, excuses: readonly Excuse[]): Witness {
  const { call, reply, facts, seen } = exchange
  const origin = call.token.type === 'service' ? facts.originOf(call.token.id) : undefined
  const issued = issuedIn(exchange)
  const births = call.token.type === 'service' ? [birthOf(call.token, origin)] : []
  const withToken = call.token.type === 'service' ? ` with ${tokenWords(call.token)}` : ''
  const state = seen === undefined ? '' : ` with applied = ${seen}`
  const why = [...new Set(excuses.map((excuse) => EXCUSES[excuse](exchange)))].filter((text) => text !== '')
  return {
    t: reply.t,
    prose: [
      ...births,
      ...issued.map(birthOfIndex),
      `${sent(call)}${withToken}; ${answered(call, reply)}${state}.`,
      `But ${why.join(', and ')}: no state that the request may require was missing at ${at(reply.t)}, so a 412 was not lawful.`,
    ].join(' '),
    records: proof([...(origin === undefined ? [] : [origin.reply]), ...issued.map((one) => one.reply), call, reply]),
  }
}
