/**
 * Broken: a node votes for one whose log lacks what a majority has acknowledged.
 * Must be caught by: `acknowledged-survives`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

type HasAll = (node: unknown, lastTerm: number, lastIndex: number) => boolean

export const VOTES_FOR_ANYONE: Mutant = defineMutant<HasAll>({
  name: 'votes-for-anyone',
  breaks: 'A node votes for one whose log lacks what a majority has acknowledged.',
  law: 'acknowledged-survives',
  reference: 'M18',
  package: 'vault-node',
  file: 'leadership/election',
  replaces: 'hasAllOf',
  by: () => () => true,
})
