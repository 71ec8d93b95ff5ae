/**
 * What a mutant is: one known way to break the node, the client or the storage, and the law that must notice.
 * Always holds: a mutant replaces one named function; its file imports types alone, because it is loaded before what it replaces.
 */

/** A package that has something to replace. */
type MutatedPackage = 'vault-node' | 'client' | 'protocol' | 'simulation'

/** `M1` to `M25`. */
type ReferenceNumber = `M${number}`

export interface Mutant {
  /** What `--mutant` says. */
  readonly name: string
  /** What is broken, as a sentence. */
  readonly breaks: string
  /** The law that must catch it. */
  readonly law: string
  /** Its number in simulation-and-checking 6.2; null for one that came with a law of ours. */
  readonly reference: ReferenceNumber | null
  /** Why it stands in for the way of breaking that its number means, as a sentence; absent when it is that. */
  readonly standsIn?: string
  readonly package: MutatedPackage
  /** The file in the package, without its ending: `request/token-gate`. */
  readonly file: string
  /** The function that is replaced. */
  readonly replaces: string
  /** Names of the same file that the replacement uses. */
  readonly needs: readonly string[]
  /** Makes the replacement from the true function and the names of `needs`. */
  readonly by: (original: never, scope: never) => unknown
}

/** The functions of `needs`, by name. */
type Scope = Readonly<Record<string, unknown>>

/** A mutant whose replacement has the type of what it replaces. */
export function defineMutant<F extends (...given: never[]) => unknown, S extends Scope = Scope>(
  mutant: Omit<Mutant, 'by' | 'needs'> & {
    readonly needs?: readonly (keyof S & string)[]
    readonly by: (original: F, scope: S) => F
  },
): Mutant {
  return { needs: [], ...mutant }
}
