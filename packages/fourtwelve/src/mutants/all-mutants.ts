/** Every mutant there is, in the order in which they are told. Always holds: names are unique; nothing but types is imported below. */

import { ACTIVE_NODE_REFUSES } from './active-node-refuses.ts'
import { APPLY_OUT_OF_ORDER } from './apply-out-of-order.ts'
import { BATCH_TOKEN_OWNS_A_LEASE } from './batch-token-owns-a-lease.ts'
import { BATCH_TOKENS_WAIT } from './batch-tokens-wait.ts'
import { CHILDREN_OUTLIVE_ON_STANDBY } from './children-outlive-on-standby.ts'
import { COMMIT_STOPS_AFTER_HEAL } from './commit-stops-after-heal.ts'
import { EPOCH_IGNORED } from './epoch-ignored.ts'
import { FORWARDED_TWICE } from './forwarded-twice.ts'
import { FORWARDED_WITHOUT_CHECK } from './forwarded-without-check.ts'
import { FORWARDS_WITHOUT_LEAVE } from './forwards-without-leave.ts'
import { HEADER_FLAG_IGNORED } from './header-flag-ignored.ts'
import { HEADER_OFF_BY_ONE } from './header-off-by-one.ts'
import { INDEX_BEFORE_WRITE } from './index-before-write.ts'
import { INDEX_OF_THE_STANDBY } from './index-of-the-standby.ts'
import { MAC_NOT_CHECKED } from './mac-not-checked.ts'
import { NO_TOKEN_INDEX_CHECK } from './no-token-index-check.ts'
import { OFF_BY_ONE } from './off-by-one.ts'
import { OLDEST_INDEX_KEPT } from './oldest-index-kept.ts'
import { RENEWED_PAST_MAXIMUM } from './renewed-past-maximum.ts'
import { REPEATED_WRITE_SWALLOWED } from './repeated-write-swallowed.ts'
import { RESTART_REWINDS } from './restart-rewinds.ts'
import { REVOKE_ORPHAN_KILLS_CHILDREN } from './revoke-orphan-kills-children.ts'
import { STALE_TOKEN_CACHE } from './stale-token-cache.ts'
import { TTL_FROM_FIRST_SIGHT } from './ttl-from-first-sight.ts'
import { USES_COUNTED_ON_STANDBY } from './uses-counted-on-standby.ts'
import { VOTES_FOR_ANYONE } from './votes-for-anyone.ts'
import { WAITER_LOST } from './waiter-lost.ts'
import { VOTES_TWICE } from './votes-twice.ts'
import { GOES_ON_ALONE } from './goes-on-alone.ts'
import { VERSION_WITHOUT_METADATA } from './version-without-metadata.ts'
import { TWO_READ_VIEWS } from './two-read-views.ts'
import { DIRTY_READ } from './dirty-read.ts'
import { BATCH_TOKEN_IS_STORED } from './batch-token-is-stored.ts'
import type { Mutant } from './mutant.ts'

export const ALL_MUTANTS: readonly Mutant[] = [
  NO_TOKEN_INDEX_CHECK,
  OFF_BY_ONE,
  INDEX_BEFORE_WRITE,
  APPLY_OUT_OF_ORDER,
  CHILDREN_OUTLIVE_ON_STANDBY,
  STALE_TOKEN_CACHE,
  BATCH_TOKENS_WAIT,
  EPOCH_IGNORED,
  REVOKE_ORPHAN_KILLS_CHILDREN,
  MAC_NOT_CHECKED,
  INDEX_OF_THE_STANDBY,
  HEADER_FLAG_IGNORED,
  OLDEST_INDEX_KEPT,
  RESTART_REWINDS,
  ACTIVE_NODE_REFUSES,
  FORWARDS_WITHOUT_LEAVE,
  TTL_FROM_FIRST_SIGHT,
  VOTES_FOR_ANYONE,
  WAITER_LOST,
  FORWARDED_WITHOUT_CHECK,
  FORWARDED_TWICE,
  USES_COUNTED_ON_STANDBY,
  RENEWED_PAST_MAXIMUM,
  BATCH_TOKEN_OWNS_A_LEASE,
  REPEATED_WRITE_SWALLOWED,
  HEADER_OFF_BY_ONE,
  VOTES_TWICE,
  GOES_ON_ALONE,
  VERSION_WITHOUT_METADATA,
  TWO_READ_VIEWS,
  DIRTY_READ,
  BATCH_TOKEN_IS_STORED,
  COMMIT_STOPS_AFTER_HEAL,
]

/** Undefined when there is none of this name. */
export const mutantNamed = (name: string): Mutant | undefined => ALL_MUTANTS.find((mutant) => mutant.name === name)

/** For the text of a file that is mutated (`mutant-text.ts`): the replacement of the mutant's function. */
export function replacementOf(name: string, original: unknown, scope: unknown): (...given: unknown[]) => unknown {
  const mutant = mutantNamed(name)
  if (mutant === undefined) throw new Error(`there is no mutant ${name}: give it a row in all-mutants.ts`)
  return mutant.by(original as never, scope as never) as (...given: unknown[]) => unknown
}
