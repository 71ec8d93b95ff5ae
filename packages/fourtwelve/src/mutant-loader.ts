/**
 * Loads a mutant in place of a function of the shipped code.
 * Always holds: shipped code knows nothing of mutants and pays nothing for them; a mutant holds in the thread that loaded it alone. To be
 * called before the node, the client and the simulation are loaded: what is loaded already stays true, and `requireMutant` tells.
 */

import { nearestWord } from '@fourtwelve/scenario/nearest-word'
import { register } from 'node:module'
import { BadInput } from './exit-codes.ts'
import type { MutantOrder } from './mutant-hooks.ts'
import { loadedMutant } from './mutant-text.ts'
import { ALL_MUTANTS } from './mutants/all-mutants.ts'
import type { Mutant } from './mutants/mutant.ts'

/** By its name or its number, `M2`. Throws BadInput when there is none of this name. */
export function findMutant(asked: string): Mutant {
  const number = asked.toUpperCase()
  const mutant = ALL_MUTANTS.find(({ name, reference }) => name === asked || reference === number)
  if (mutant !== undefined) return mutant
  const near = nearestWord(
    asked,
    ALL_MUTANTS.map(({ name }) => name),
  )
  const meant = near === null ? '' : ` Did you mean ${near}?`
  throw new BadInput(`there is no mutant ${asked}.${meant} \`fourtwelve mutants --list\` tells all`)
}

/** By its name or its number. Throws BadInput when there is none of this name. */
export function loadMutant(asked: string): void {
  const mutant = findMutant(asked)
  const { name } = mutant
  const data: MutantOrder = {
    name,
    target: new URL(`${mutant.file}.js`, import.meta.resolve(`@fourtwelve/${mutant.package}`)).href,
    table: new URL('./mutants/all-mutants.js', import.meta.url).href,
  }
  register(new URL('./mutant-hooks.js', import.meta.url).href, { parentURL: import.meta.url, data })
}

/** To be asked once everything is loaded. Throws when this thread carries another mutant than this, or none. */
export function requireMutant(asked: string): void {
  const { name } = findMutant(asked)
  const loaded = loadedMutant()
  if (loaded === name) return
  throw new Error(
    `mutant ${name} was asked for, and ${loaded ?? 'none'} was loaded: it must be loaded before all else of this thread`,
  )
}
