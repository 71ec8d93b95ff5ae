/** The answer to a lookup, however the token was named. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { Micros } from '@fourtwelve/protocol'
import type { TokenLookup } from '../../../tokens/find-token.ts'
import { lookupData } from '../../../tokens/lookup-data.ts'

/** On a standby between a token and its lease. */
const LEASE_MISSING = 'no lease entry found for token that ought to have one, possible eventual consistency issue'

/** The answer's id is the text that was presented: none for a lookup by accessor. */
export function lookupOutcome(lookup: TokenLookup, now: Micros): Outcome {
  switch (lookup.kind) {
    case 'found':
      return { kind: 'data', data: lookupData(lookup.token, now) }
    case 'absent':
      return refused(403, 'bad token')
    case 'lease-missing':
      return refused(400, LEASE_MISSING)
  }
}
