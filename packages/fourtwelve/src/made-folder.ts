/**
 * A folder that is made when it is not there, with those above it.
 * Always holds: what is in the way is named. Each level is made by itself: Node's own way of making several at once never ends where
 * the system says that a folder which is there is not, as in /proc.
 */

import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { systemError } from './node-ports.ts'

/** Answers null, or why it cannot be, going on from the folder's name. */
export function makeFolder(path: string, mode: number): string | null {
  const missing: string[] = []
  for (let at = resolve(path); ; at = dirname(at)) {
    const kind = kindOf(at)
    if (kind === 'file') return at === resolve(path) ? 'is a file: name a folder' : `cannot be made: ${at} is a file`
    if (kind === 'folder' || dirname(at) === at) break
    missing.push(at)
  }
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode })
    } catch (error) {
      // Somebody made it meanwhile.
      if (kindOf(folder) !== 'folder') return `cannot be made: ${folder}: ${systemError(error)}`
    }
  }
  return null
}

function kindOf(path: string): 'folder' | 'file' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return 'nothing'
  }
}
