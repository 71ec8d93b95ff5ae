/**
 * Broken: revoke-orphan revokes the children too.
 * Must be caught by: `tree-dies-together`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

type Start = (turn: unknown, revocation: { readonly orphanChildren: boolean }) => void

export const REVOKE_ORPHAN_KILLS_CHILDREN: Mutant = defineMutant<Start>({
  name: 'revoke-orphan-kills-children',
  breaks: 'revoke-orphan revokes the children too.',
  law: 'tree-dies-together',
  reference: 'M9',
  package: 'vault-node',
  file: 'tokens/revoke-tree',
  replaces: 'startRevocation',
  by: (original) => (turn, revocation) => original(turn, { ...revocation, orphanChildren: false }),
})
