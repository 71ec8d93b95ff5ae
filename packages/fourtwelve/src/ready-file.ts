/**
 * What a cluster that is served tells of itself to programs: the ready file, and the line of `--json`.
 * Always holds: the file is there whole or not at all, and only its owner can read it; it is taken away when the cluster ends.
 */

import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput } from './exit-codes.ts'
import { makeFolder } from './made-folder.ts'
import { systemError } from './system-error.ts'
import type { Serving } from './serve-cluster.ts'

/** The keys stay. */
export interface Ready {
  readonly version: 1
  readonly pid: number
  readonly cluster_id: string
  /** Null when the cluster was opened from a folder and nobody told the token. */
  readonly root_token: string | null
  /** Of the active node: what VAULT_ADDR should be. */
  readonly vault_addr: string
  readonly addresses: Readonly<Record<string, string>>
  readonly control: string
  readonly balancer: string | null
  /** A file with the certificate to trust, in PEM; null without TLS. */
  readonly ca_file: string | null
}

export function readyOf(
  { cluster, active, addresses, controlAddress, balancerAddress, rootToken }: Serving,
  caFile: string | null,
): Ready {
  return {
    version: 1,
    pid: process.pid,
    cluster_id: cluster.id,
    root_token: rootToken(),
    vault_addr: addresses[active] ?? '',
    addresses,
    control: controlAddress,
    balancer: balancerAddress,
    ca_file: caFile,
  }
}

/** Throws BadInput when it cannot be written. */
export function writeReadyFile(path: string, ready: Ready): void {
  const unfinished = `${path}.${process.pid}.tmp`
  checkReadyFile(path)
  try {
    writeFileSync(unfinished, `${JSON.stringify(ready, null, 2)}\n`, { mode: 0o600 })
    try {
      renameSync(unfinished, path)
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
  } catch (error) {
    throw new BadInput(`--ready-file ${path} cannot be written: ${systemError(error)}`)
  }
}

/** Makes the folder that it will be in. Throws BadInput when it cannot be there. */
export function checkReadyFile(path: string): void {
  const refusal = makeFolder(dirname(path), 0o777)
  if (refusal !== null) throw new BadInput(`--ready-file ${path} cannot be written: ${dirname(path)} ${refusal}`)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new BadInput(`--ready-file ${path} is a folder: name a file`)
}
