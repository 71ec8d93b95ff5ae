/** Random plans that the model can foretell. */

import type { Plan } from '../plan.ts'
import { plans, troubledPlans } from '../random-plans.ts'
import type * as fc from 'fast-check'

/** Switches that the model knows; the others stay as Vault has them. */
function modelled(plan: Plan): Plan {
  const { token_create, lease_entry, forwarded_reply_wait, index_on_revoke, epoch_on_restore } = plan.switches ?? {}
  const known = { token_create, lease_entry, forwarded_reply_wait, index_on_revoke, epoch_on_restore }
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
  // Wrong passwords are counted in a node's memory, not in the log.
  return { ...plan, switches: { ...given, user_lockout: 'off' } }
}

export const calmPlans: fc.Arbitrary<Plan> = plans.map(modelled)
/** Nodes die, stall, lead, begin anew. */
export const restlessPlans: fc.Arbitrary<Plan> = troubledPlans.map(modelled)
