/** The command that repeats a run. Always holds: a POSIX shell gives the program exactly these words. */

import type { Setting } from '@fourtwelve/scenario'

export interface ReproOptions {
  /** The scenario file as the user named it. */
  readonly file: string
  readonly seed: number
  /** What `--set` changed, in order. */
  readonly set: readonly Setting[]
  readonly live?: boolean
}

export function reproCommand({ file, seed, set, live = false }: ReproOptions): string {
  // A file that looks like an option is named by its folder.
  const named = file.startsWith('-') ? `./${file}` : file
  const words = ['fourtwelve', 'run', named, '--seed', String(seed)]
  if (live) words.push('--live')
  for (const [path, value] of set) words.push('--set', `${path}=${value}`)
  return words.map(shellWord).join(' ')
}

const PLAIN_WORD = /^[\w@%+=:,./-]+$/

/** A word as a POSIX shell takes it. */
export const shellWord = (word: string): string => (PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
