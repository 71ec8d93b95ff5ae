/**
 * Files and folders that must not outlive the process.
 * Always holds: they are taken away when the process ends, however it ends, but by SIGKILL or the loss of power.
 */

import { rmSync } from 'node:fs'

const leftovers = new Set<string>()
let isWatching = false

/** Answers what takes it away before: then it may be there again without being taken away. */
export function removeAtEnd(path: string): () => void {
  if (!isWatching) {
    isWatching = true
    process.on('exit', () => {
      for (const one of leftovers) remove(one)
    })
  }
  leftovers.add(path)
  return () => {
    leftovers.delete(path)
    remove(path)
  }
}

const remove = (path: string): void => rmSync(path, { recursive: true, force: true })
