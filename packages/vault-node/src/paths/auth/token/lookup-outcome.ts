/** The answer to a lookup, however the token was named. */

import { refused, type Outcome } from '../../../outcome.ts'
import type { Micros } from '@fourtwelve/protocol'
import { LEASE_MISSING, type TokenLookup } from '../../../tokens/find-token.ts'
import { lookupData } from '../../../tokens/lookup-data.ts'

/** The answer's id is the text that was presented: none for a lookup by accessor. */
export function lookupOutcome(lookup: TokenLookup, now: Micros): Outcome {
  switch (lookup.kind) {
    case 'found':
      return { kind: 'data', data: lookupData(lookup.token, now) }
    case 'absent':
    case 'lease-lost':
      return refused(403, 'bad token')
    case 'lease-missing':
      return refused(400, LEASE_MISSING)
  }
}
