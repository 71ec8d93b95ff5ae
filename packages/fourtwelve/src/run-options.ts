/** What `fourtwelve run` was told. Always holds: what is contradictory is refused before anything runs. */

import type { Setting } from '@fourtwelve/scenario'
import { InvalidArgumentError } from 'commander'
import { BadInput } from './exit-codes.ts'

export interface RunOptions {
  /** In place of the files' own. */
  readonly seed?: number
  readonly set: readonly Setting[]
  readonly json?: true
  readonly junit?: string
  readonly history?: string
  readonly twice?: true
  readonly trace?: true
  readonly updateExpected?: true
  readonly live?: true
  /** Loaded before the command was (main.ts). */
  readonly mutant?: string
}

/** Throws BadInput. */
export function checkRunOptions({ live, mutant, seed, set, twice, updateExpected }: RunOptions): void {
  if (mutant !== undefined && (live === true || updateExpected === true)) {
    throw new BadInput(
      '--mutant breaks a simulated node, and nobody expects what that does: leave --live and --update-expected out',
    )
  }
  if (live === true && (twice === true || updateExpected === true)) {
    throw new BadInput(
      '--live runs in real time, and no two such runs are alike: leave --twice and --update-expected out',
    )
  }
  if (updateExpected === true && (seed !== undefined || set.length > 0)) {
    throw new BadInput('--update-expected writes what the files themselves give: leave --seed and --set out')
  }
}

export function readSeed(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw new InvalidArgumentError('A seed is a whole number from 0 to 2^53-1.')
}

/** `a.b=c`; the value may hold further `=`. */
export function readSetting(text: string, before: readonly Setting[] = []): readonly Setting[] {
  const at = text.indexOf('=')
  if (at > 0) return [...before, [text.slice(0, at), text.slice(at + 1)]]
  throw new InvalidArgumentError('Write it as path=value, such as topology.standbys=3.')
}
