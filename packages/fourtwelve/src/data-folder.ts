/**
 * The folder that keeps a cluster: made when it is not there, and used by one process at a time.
 * Always holds: what cannot be used is told before anything in it is touched; a lock that a killed process left is no lock.
 */

import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { BadInput } from './exit-codes.ts'
import { removeAtEnd } from './leftovers.ts'
import { makeFolder } from './made-folder.ts'
import { systemError } from './system-error.ts'

/** Makes the folder when it is not there. Throws BadInput when it cannot be used. */
export function makeDataFolder(folder: string): void {
  const refusal = makeFolder(folder, 0o700)
  if (refusal !== null) throw new BadInput(`--data ${folder} ${refusal}`)
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new BadInput(`--data ${folder} cannot be used: ${systemError(error)}`)
  }
}

/** Makes the folder its own; answers what ends the lock. Throws BadInput when it cannot be used, or another has it. */
export function lockDataFolder(folder: string): () => void {
  makeDataFolder(folder)
  const lock = lockIn(folder)
  takeLock(lock, folder)
  held.add(lock)
  const remove = removeAtEnd(lock)
  return () => {
    held.delete(lock)
    remove()
  }
}

/** Locks of this process. Another that had the same number is gone: in a container it is often the same. */
const held = new Set<string>()

function takeLock(lock: string, folder: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (holderOf(lock) === null) throw new BadInput(`--data ${folder} cannot be locked: ${systemError(error)}`)
    refuseUsedFolder(folder)
    writeFileSync(lock, String(process.pid), { mode: 0o600 })
  }
}

/** Throws BadInput when a process has locked the folder. One that does so a moment later is found when it is locked here. */
export function refuseUsedFolder(folder: string): void {
  const lock = lockIn(folder)
  const holder = holderOf(lock)
  if (holder !== null && (holder === process.pid ? held.has(lock) : isAlive(holder)))
    throw new BadInput(`--data ${folder} is in use by process ${holder}: end that, or use another folder`)
}

const lockIn = (folder: string): string => resolve(folder, 'serve.lock')

/** Null: there is no lock, so something else is wrong. */
function holderOf(lock: string): number | null {
  try {
    return Number(readFileSync(lock, 'utf8'))
  } catch {
    return null
  }
}

function isAlive(process_: number): boolean {
  if (!Number.isSafeInteger(process_) || process_ <= 0) return false
  try {
    process.kill(process_, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
