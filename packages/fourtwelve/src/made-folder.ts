/**
 * A folder that is made when it is not there, with those above it.
 * Always holds: what is in the way is named. Each level is made by itself: Node's own way of making several at once never ends where
 * the system says that a folder which is there is not, as in /proc.
 */

import { closeSync, mkdirSync, openSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemError } from './system-error.ts'

/** Answers null, or why it cannot be, going on from the folder's name. */
export function makeFolder(path: string, mode: number): string | null {
  const { why } = makeLevels(path, mode)
  return why
}

/** Why no file could be written into a folder, made where it is missing; null when one could. Leaves nothing behind. */
export function folderDefect(path: string): string | null {
  const { made, why } = makeLevels(path, 0o777)
  try {
    return why ?? fileDefect(path)
  } finally {
    for (const folder of made.toReversed()) {
      try {
        rmdirSync(folder)
      } catch {
        // Somebody wrote into it meanwhile: then it is theirs.
        break
      }
    }
  }
}

/** Tried, not asked: the superuser may write where the file system then refuses. */
function fileDefect(folder: string): string | null {
  const trial = join(folder, `.fourtwelve-${process.pid}`)
  try {
    closeSync(openSync(trial, 'w'))
    rmSync(trial)
    return null
  } catch (error) {
    return `takes no files: ${refusalOf(error)}`
  }
}

interface Levels {
  /** Folders that were not there before, the uppermost first. */
  readonly made: readonly string[]
  /** Why the last is not there; null when it is. */
  readonly why: string | null
}

function makeLevels(path: string, mode: number): Levels {
  const missing: string[] = []
  const made: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    const kind = kindOf(at)
    if (kind === 'file') {
      return { made, why: at === resolve(path) ? 'is a file: name a folder' : `cannot be made: ${at} is a file` }
    }
    if (kind === 'folder' || dirname(at) === at) break
    missing.push(at)
  }
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode })
      made.push(folder)
    } catch (error) {
      // Somebody made it meanwhile.
      if (kindOf(folder) !== 'folder') return { made, why: `cannot be made: ${folder}: ${refusalOf(error)}` }
    }
  }
  return { made, why: null }
}

/** The folder above is there: where nothing can be made in it all the same, as in /proc, the system says that there is no such file. */
const refusalOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? 'its file system lets nobody make anything there'
    : systemError(error)

function kindOf(path: string): 'folder' | 'file' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'nothing'
  }
}
