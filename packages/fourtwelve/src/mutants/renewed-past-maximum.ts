/**
 * Broken: a renewal does not look at the explicit maximum of the token.
 * Must be caught by: `lifetime`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

type Calculate = (
  limits: unknown,
  wish: { readonly explicitMaxTtl: number; readonly issueTime: number; readonly now: number },
) => unknown

export const RENEWED_PAST_MAXIMUM: Mutant = defineMutant<Calculate>({
  name: 'renewed-past-maximum',
  breaks: 'A renewal does not look at the explicit maximum of the token.',
  law: 'lifetime',
  reference: 'M23',
  package: 'vault-node',
  file: 'tokens/ttl',
  replaces: 'calculateTtl',
  by: (original) => (limits, wish) =>
    original(limits, wish.now > wish.issueTime ? { ...wish, explicitMaxTtl: 0 } : wish),
})
