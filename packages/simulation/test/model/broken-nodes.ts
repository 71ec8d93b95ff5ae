/**
 * Nodes that are broken on purpose, in place of whole ones.
 * Always holds: a module that is breakable is the real one until a mutant of it is chosen; one mutant at a time.
 */

import { ALL_MUTANTS, mutantNamed } from '../../../fourtwelve/dist/mutants/all-mutants.js'

let broken: string | null = null

/** From now on nodes carry the mutant of this name; null: they are whole. Throws when there is none. */
export function breakNodes(name: string | null): void {
  if (name !== null && mutantNamed(name) === undefined) throw new Error(`there is no mutant ${name}`)
  broken = name
}

type Call = (...given: never[]) => unknown

/** A file of the node, of which every function that a mutant replaces may be broken. */
export function breakable<M extends object>(real: M, file: string): M {
  const replaced = ALL_MUTANTS.filter((mutant) => mutant.package === 'vault-node' && mutant.file === file).map(
    (mutant) => mutant.replaces,
  )
  const calls = Object.fromEntries(
    Object.entries(real)
      .filter(([name]) => replaced.includes(name))
      .map(([name, genuine]) => [name, switchable(name, file, genuine as Call)]),
  )
  return { ...real, ...calls }
}

function switchable(name: string, file: string, genuine: Call): Call {
  const made = new Map<string, Call>()
  return (...given) => {
    const mutant = broken === null ? undefined : mutantNamed(broken)
    if (mutant === undefined || mutant.file !== file || mutant.replaces !== name) return genuine(...given)
    const known = made.get(mutant.name)
    if (known !== undefined) return known(...given)
    const replacement = mutant.by(genuine as never, {} as never) as Call
    made.set(mutant.name, replacement)
    return replacement(...given)
  }
}
