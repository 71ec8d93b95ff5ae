/** What records may show of a log that is none. Each kind is one law's to tell; the head of each law says which. */

import type { CommitRecord, EntryRecord, LeadRecord } from '@fourtwelve/protocol'
import type { Leadership, LeadDefect } from './leaderships.ts'

export type LogDefect =
  | LeadDefect
  /** The entry does not follow the last one of its leadership. */
  | { readonly kind: 'not-next'; readonly record: EntryRecord; readonly head: number }
  /** An earlier leadership had this index committed. */
  | { readonly kind: 'written-again'; readonly record: EntryRecord; readonly committed: number }
  /** The leadership has no such entry. */
  | { readonly kind: 'beyond-head'; readonly record: CommitRecord; readonly head: number }
  /** The node leads from an entry on that its reads do not see, or sees more. */
  | { readonly kind: 'unapplied'; readonly record: LeadRecord; readonly applied: number }
  /** At `index` two leaderships have committed different logs. */
  | {
      readonly kind: 'two-logs'
      readonly record: CommitRecord
      readonly index: number
      readonly leadership: Leadership
    }
  /** A leadership begins, or has begun when the commit comes, that lacks what an earlier one had committed, at `index`. */
  | {
      readonly kind: 'incomplete'
      readonly record: LeadRecord | CommitRecord
      readonly leadership: Leadership
      readonly index: number
    }

/** Nothing can be said of a log after one of these. */
export function breaksLog({ kind }: LogDefect): boolean {
  switch (kind) {
    case 'not-next':
    case 'written-again':
    case 'beyond-head':
    case 'unapplied':
    case 'two-logs':
      return true
    case 'two-leaders':
    case 'term-fell':
    case 'no-lead':
    case 'other-leader':
    case 'over':
    case 'incomplete':
      return false
  }
}
