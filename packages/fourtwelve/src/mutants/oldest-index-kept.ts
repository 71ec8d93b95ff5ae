/**
 * Broken: a client that merges two index states keeps the older one.
 * Must be caught by: `session-index-never-falls`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

type Merge = (memory: readonly string[], header: string) => readonly string[]

export const OLDEST_INDEX_KEPT: Mutant = defineMutant<Merge>({
  name: 'oldest-index-kept',
  breaks: 'A client that merges two index states keeps the older one.',
  law: 'session-index-never-falls',
  reference: 'M13',
  package: 'client',
  file: 'merge-like-go',
  replaces: 'mergeLikeGo',
  by: (original) => (memory, header) => (memory.length === 0 ? original(memory, header) : memory),
})
