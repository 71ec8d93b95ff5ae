/**
 * Law 22 of simulation-and-checking 6.1: tokens die with their parents, leaf first (vault-http-api 2.7; DESIGN section 8).
 * Judged is the committed log: when a token is gone, no child that names it as its parent lives; no child is made below a dead token; and
 * a request that revokes kills the token that it names and, unless it orphans, those below it, and no other.
 * Always holds: what is between (a tree half revoked) is lawful, since each token is dead from its own taint; a child that was made an
 * orphan is no child any more; spending a last use kills the token that asks, whatever it asks for.
 */

import type { CallRecord, EntryFact, EntryRecord, TokenRecord } from '@fourtwelve/protocol'
import { factLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import type { RunFacts } from './run-facts.ts'
import type { Judgement } from './tally.ts'
import { anyTokenWords, at, deathWords, lifeWords, proof, sent } from './telling.ts'
import type { TokenLife } from './token-life.ts'

export const TREE_DIES_TOGETHER: Law = factLaw(
  'tree-dies-together',
  'A token that is gone has no living child, nothing is born below a dead token, and a revocation kills its own tree only.',
  (fact, entry, before, facts) => {
    if (fact.what === 'token-gone') return before === undefined ? 'not-judged' : judgeEnd(before, entry)
    if (fact.what !== 'token') return 'not-judged'
    if (before === undefined || before.isGone) return judgeBirth(fact, entry, facts)
    return fact.uses < 0 && before.death === null && before.uses !== 1 ? judgeDeath(before, entry, facts) : 'not-judged'
  },
)

function judgeEnd(life: TokenLife, entry: EntryRecord): Judgement {
  if (life.living <= 0) return 'lawful'
  return () => ({
    t: entry.t,
    prose:
      `Entry ${life.entry.index} of ${at(life.entry.t)} made ${lifeWords(life)}. ${deathWords(life)} With entry ${entry.index} of ` +
      `${entry.node} at ${at(entry.t)} it is gone, while ${life.living} of its children ${life.living === 1 ? 'lives' : 'live'}: ` +
      'they had to die before it, or to become orphans.',
    records: proof([life.entry, ...(life.death === null ? [] : [life.death]), entry]),
  })
}

function judgeBirth(
  fact: Extract<EntryFact, { readonly what: 'token' }>,
  entry: EntryRecord,
  facts: RunFacts,
): Judgement {
  const parent = fact.parent === '' ? undefined : facts.ledger.find(fact.parent)
  if (parent === undefined) return 'not-judged'
  const { death } = parent
  if (death === null) return 'lawful'
  return () => ({
    t: entry.t,
    prose:
      `${deathWords(parent)} Entry ${entry.index}, which ${entry.node} wrote at ${at(entry.t)}, makes token ${fact.id} (salted) below it: ` +
      'a dead token got a child, and nobody will revoke that with it.',
    records: proof([parent.entry, death, entry]),
  })
}

/** Tokens between a token and the root of its tree: more of them are not looked at. */
const DEPTH_MAX = 64

const REVOKES_NAMED: ReadonlySet<string> = new Set(['auth/token/revoke', 'auth/token/revoke-orphan'])

const revokedBy = ({ path, token, bodyToken }: CallRecord): TokenRecord | undefined =>
  path === 'auth/token/revoke-self' ? token : REVOKES_NAMED.has(path) ? bodyToken : undefined

function judgeDeath(life: TokenLife, entry: EntryRecord, facts: RunFacts): Judgement {
  const call = facts.openCall(entry.request)
  const revoked = call === undefined ? undefined : revokedBy(call)
  const target = revoked === undefined ? undefined : facts.lifeOf(revoked)
  if (call === undefined || revoked === undefined || target === undefined) return 'not-judged'
  if (life === target) return 'lawful'
  const isOrphaning = call.path === 'auth/token/revoke-orphan'
  const isBelow = isAncestor(target, life, facts)
  if (isBelow === 'unknown' || (isBelow && !isOrphaning)) return isBelow === true ? 'lawful' : 'not-judged'
  const why = isOrphaning ? 'its children had to become orphans and live' : 'that is not below it'
  return () => ({
    t: entry.t,
    prose:
      `${sent(call)} for ${anyTokenWords(revoked)}, which is ${lifeWords(target)}. For this request ${entry.node} killed ${lifeWords(life)} ` +
      `with entry ${entry.index} at ${at(entry.t)}, whose parent is ${life.parent === '' ? 'nobody' : `${life.parent} (salted)`}: ${why}.`,
    records: proof([target.entry, life.entry, call, entry]),
  })
}

function isAncestor(target: TokenLife, life: TokenLife, facts: RunFacts): boolean | 'unknown' {
  let at: TokenLife | undefined = life
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    if (at.parent === target.id) return true
    if (at.parent === '') return false
    at = facts.ledger.find(at.parent)
    if (at === undefined) return 'unknown'
  }
  return 'unknown'
}
