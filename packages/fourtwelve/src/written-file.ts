/**
 * Files that a command writes at its end, after minutes of work.
 * Always holds: a folder that takes no files is refused before the work begins, and a file that cannot be written all the same is told and
 * loses nothing: whoever asked still has the text.
 */

import { BadInput } from './exit-codes.ts'
import type { Ports } from './ports.ts'

/** Throws BadInput with the reason. `flag` is what named the folder. */
export function requireFolder(flag: string, folder: string, ports: Ports): void {
  const defect = ports.folderDefect(folder)
  if (defect !== null) throw new BadInput(`${flag} ${folder} ${defect}`)
}

/** Answers null, or why it cannot be. */
export function writeFile(path: string, text: string, ports: Ports): string | null {
  try {
    const sink = ports.createFile(path, 'replace')
    sink.write(text)
    sink.close()
    return null
  } catch (error) {
    if (error instanceof BadInput) return error.message
    throw error
  }
}
