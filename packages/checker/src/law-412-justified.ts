/**
 * Law 2 of simulation-and-checking 6.1: a 412 has a cause.
 * Causes are: the index of the token, or of the token that the body names, was not applied when the request arrived, and its
 * epoch was not below the node's (vault-consistency 0 E6; 1.5, steps 6 to 10); or a value of X-Vault-Index was ahead, or is
 * none that this run issued, letter for letter: malformed, foreign and forged values are refused (3.3). The active node has
 * every index of its own epoch, so there only X-Vault-Index can be a cause: elections change nothing in that, because what was
 * issued was committed, and every leadership has what is committed. What a deposed active node lacks is judged as on a standby. What
 * switches say otherwise is in `required-indexes.ts` and `run-facts.ts`; an index state that is unknown after an election
 * (`index_after_election`) is told as `applied` 0.
 * Always holds: whatever could have been a cause is never called none: without knowledge of the node's state only requests
 * that name no index at all are judged.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { answerLaw } from './answer-law.ts'
import type { IssuedIndex } from './issued-index.ts'
import type { Law, Witness } from './law.ts'
import { checksBodyToken } from './path-gates.ts'
import { areIndexesMissing, INDEXES_TOLD_MAX, whyNoneIsMissing } from './required-indexes.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { answered, at, birthOf, birthOfIndex, proof, sent, tokenWords } from './telling.ts'

export const JUSTIFIED_412: Law = answerLaw(
  '412-justified',
  'A 412 is answered only when a token or an X-Vault-Index value names a state that the node did not have.',
  judge412,
  ['precondition-failed'],
)

export const PRECONDITION_FAILED = 412
/** An Agent with `require_request_header` says 412 too, and means something else (vault-consistency 3.4). */
const AGENT_TEXT = 'missing "X-Vault-Request" header'

export const isAgentRefusal = (reply: ReplyRecord): boolean => reply.errors.includes(AGENT_TEXT)

function judge412(call: CallRecord, reply: ReplyRecord, facts: RunFacts): Judgement {
  if (reply.status !== PRECONDITION_FAILED || isAgentRefusal(reply)) return 'not-judged'
  const exchange: Exchange = {
    call,
    reply,
    facts,
    byActive: facts.answeredByActive(call, reply),
    seen: seenBy(call, reply),
  }
  const excuses: Excuse[] = []
  let unknown = false
  for (const suspect of [ownToken(exchange), requiredIndexes(exchange), namedToken(exchange)]) {
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

/** Why something is no cause: half a sentence, or nothing. A function, because mostly nobody asks. */
type Excuse = () => string

type Suspect = 'cause' | 'unknown' | Excuse

const COMMUNITY: Excuse = () => 'a community server checks no index'
const NO_WORDS: Excuse = () => ''

function ownToken(exchange: Exchange): Suspect {
  const { call, facts } = exchange
  if (facts.gatesOf(call).token === 'unchecked') return () => `${call.path} does not check the token`
  return judgeToken(call.token, 'token', exchange)
}

function namedToken(exchange: Exchange): Suspect {
  const { call, facts, byActive } = exchange
  if (!checksBodyToken(call.path)) return NO_WORDS
  if (call.bodyToken !== undefined) {
    return call.bodyToken.type === 'none' ? NO_WORDS : judgeToken(call.bodyToken, 'body token', exchange)
  }
  const canBeCause = !byActive && facts.checksIndexes && facts.standbysCheckTokens
  return canBeCause ? 'unknown' : NO_WORDS
}

function judgeToken(token: TokenRecord, name: 'token' | 'body token', exchange: Exchange): Suspect {
  const { reply, facts, byActive, seen } = exchange
  if (!facts.checksIndexes) return COMMUNITY
  if (token.type !== 'service') return () => `a ${name} of type ${token.type} carries no index`
  if (reply.epoch !== undefined && token.epoch < reply.epoch && !facts.checksOldEpochs) {
    return () => `the ${name}'s epoch ${token.epoch} is below the node's epoch ${reply.epoch}`
  }
  if (byActive && reply.epoch === token.epoch && facts.activeHasItsEpoch) {
    return () => `${reply.by} is the active node, which has every index of its own epoch ${reply.epoch}`
  }
  if (!byActive && !facts.standbysCheckTokens) {
    return () => 'over this storage a standby does not check the index of a token'
  }
  if (token.index <= (seen ?? 0)) return () => `${seen ?? 0} >= ${token.index}`
  return seen === undefined ? 'unknown' : 'cause'
}

function requiredIndexes({ call, facts, seen }: Exchange): Suspect {
  if (!facts.checksIndexes) return COMMUNITY
  if (call.index.length === 0) return () => 'the request had no X-Vault-Index'
  if (!facts.gatesOf(call).index) return () => `${call.path} does not look at X-Vault-Index`
  switch (areIndexesMissing(call.index, seen, facts)) {
    case 'yes':
      return 'cause'
    case 'unknown':
      return 'unknown'
    case 'no':
      return () => whyNoneIsMissing(call.index, seen, facts)
  }
}

function tell(exchange: Exchange, excuses: readonly Excuse[]): Witness {
  const { call, reply, facts, seen } = exchange
  const { token, bodyToken } = call
  const tokens = [token, ...(bodyToken === undefined ? [] : [bodyToken])].filter((one) => one.type === 'service')
  const known = new Map(tokens.map((one) => [one.id, { token: one, origin: facts.originOf(one.id) }]))
  const issued = issuedIn(exchange)
  const withToken = token.type === 'service' ? ` with ${tokenWords(token)}` : ''
  const forToken = bodyToken?.type === 'service' ? ` for ${tokenWords(bodyToken)}` : ''
  const state = seen === undefined ? '' : ` with applied = ${seen}`
  const why = [...new Set(excuses.map((excuse) => excuse()))].filter((text) => text !== '')
  return {
    t: reply.t,
    prose: [
      ...Array.from(known.values(), (one) => birthOf(one.token, one.origin)),
      ...issued.map(birthOfIndex),
      `${sent(call)}${withToken}${forToken}; ${answered(call, reply)}${state}.`,
      `But ${why.join(', and ')}: no state that the request may require was missing at ${at(reply.t)}, so a 412 was not lawful.`,
    ].join(' '),
    records: proof([
      ...Array.from(known.values()).flatMap(({ origin }) => (origin === undefined ? [] : [origin.reply])),
      ...issued.map((one) => one.reply),
      call,
      reply,
    ]),
  }
}

const issuedIn = ({ call, facts }: Exchange): readonly IssuedIndex[] =>
  call.index.slice(0, INDEXES_TOLD_MAX).flatMap((value) => facts.issued.find(value) ?? [])
