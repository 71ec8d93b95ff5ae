/**
 * Law 25 of simulation-and-checking 6.1: a lease belongs to a token that lives, and goes with it.
 * Judged is the committed log: a lease is written for a token that is there and not dead, and a token that is gone has left no lease.
 * Always holds: the only leases that there are belong to service tokens, made by auth/token/create or by a login, and stand under the
 * token's own salted id: no secret engine here leases anything, so the owner of a lease is told by its key, and that a lease of a batch
 * token would belong to its parent has nothing to judge. A batch token has no lease, and must not get one. Tokens that the ledger may
 * have forgotten are not judged. Answers tell of no lease but the token's own, which `lifetime` judges.
 */

import { factLaw } from './answer-law.ts'
import type { Law } from './law.ts'
import { at, deathWords, lifeWords, proof } from './telling.ts'

export const LEASE_FOLLOWS_ITS_OWNER: Law = factLaw(
  'lease-follows-its-owner',
  'A lease is written only for a token that lives, and no lease outlives its token.',
  (fact, entry, before, facts) => {
    if (fact.what === 'lease') {
      if (before !== undefined && !before.isGone && before.death === null) return 'lawful'
      if (before === undefined && !facts.ledger.forgetsNothing) return 'not-judged'
      const whose = before === undefined ? `No entry before made token ${fact.id} (salted).` : deathWords(before)
      return () => ({
        t: entry.t,
        prose: `${whose} Entry ${entry.index}, which ${entry.node} wrote at ${at(entry.t)}, is a lease of that token: a lease without an owner.`,
        records: proof([
          ...(before === undefined ? [] : [before.entry]),
          ...(before?.death == null ? [] : [before.death]),
          entry,
        ]),
      })
    }
    if (fact.what !== 'token-gone' || before === undefined || before.isGone) return 'not-judged'
    if (!before.hasLease) return 'lawful'
    return () => ({
      t: entry.t,
      prose:
        `Entry ${before.entry.index} of ${at(before.entry.t)} made ${lifeWords(before)}. With entry ${entry.index} of ${entry.node} at ` +
        `${at(entry.t)} it is gone, and its lease is still there: a lease outlives its owner.`,
      records: proof([before.entry, entry]),
    })
  },
)
