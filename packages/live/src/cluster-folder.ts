/**
 * The folder of a cluster that is kept: who it is, in `cluster.json`, and a folder for each node.
 * Always holds: only its owner can read it, because it holds the cluster's keys; a folder of another version or of another number
 * of nodes is refused, never changed. `cluster.json` is there whole or not at all; without it there is no cluster, whatever a
 * founding or a reset that a crash ended has left in the nodes' folders.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ClusterId, NodeId } from '@fourtwelve/protocol'
import type { ClusterIdentity } from './node-setup.ts'

/** Rises with every change of what is in the folder; 2: rows of the log name their fields by place. */
const FOLDER_FORMAT = 2

interface ClusterFile {
  readonly format: number
  readonly cluster: ClusterId
  readonly clusterName: string
  readonly nodes: readonly NodeId[]
  readonly keys: { readonly indexKey: string; readonly sealKey: string; readonly saltKey: string }
}

export class BadFolder extends Error {}

const fileOf = (folder: string): string => join(folder, 'cluster.json')
export const nodeFolder = (folder: string, node: NodeId): string => join(folder, node)
export const diskOf = (folder: string, node: NodeId): string => join(nodeFolder(folder, node), DISK_FILE)

/** Null when the folder holds no cluster yet. Throws BadFolder when it holds something that cannot be opened. */
export function readClusterFolder(folder: string, nodes: readonly NodeId[]): ClusterIdentity | null {
  if (!existsSync(fileOf(folder))) return null
  let read: unknown
  try {
    read = JSON.parse(readFileSync(fileOf(folder), 'utf8'))
  } catch (error) {
    throw new BadFolder(`${fileOf(folder)} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(read)) throw new BadFolder(`${fileOf(folder)} holds no cluster: put a copy back, or use another folder`)
  if (read['format'] !== FOLDER_FORMAT)
    throw new BadFolder(
      `${folder} has format ${String(read['format'])}, this version reads ${FOLDER_FORMAT}: use another folder`,
    )
  const file = clusterIn(read)
  if (file === null) throw new BadFolder(`${fileOf(folder)} is not whole: put a copy back, or use another folder`)
  if (file.nodes.join() !== nodes.join()) {
    throw new BadFolder(
      `${folder} holds a cluster with ${file.nodes.length - 1} standbys: start it with --standbys ${file.nodes.length - 1}`,
    )
  }
  const { cluster, clusterName, keys } = file
  return {
    cluster,
    clusterName,
    keys: { indexKey: keys.indexKey, sealKey: bytes(keys.sealKey), saltKey: bytes(keys.saltKey) },
  }
}

export function writeClusterFolder(
  folder: string,
  nodes: readonly NodeId[],
  { cluster, clusterName, keys }: ClusterIdentity,
): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex')
  const file: ClusterFile = {
    format: FOLDER_FORMAT,
    cluster,
    clusterName,
    nodes,
    keys: { indexKey: keys.indexKey, sealKey: hex(keys.sealKey), saltKey: hex(keys.saltKey) },
  }
  const unfinished = `${fileOf(folder)}.tmp`
  writeFileSync(unfinished, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flush: true })
  renameSync(unfinished, fileOf(folder))
  flushFolder(folder)
}

/** From here on the folder holds no cluster, until one is written again. */
export function removeClusterFile(folder: string): void {
  rmSync(fileOf(folder), { force: true })
  flushFolder(folder)
}

/** Takes away what nodes kept: for a folder that holds no cluster. Nothing else in it is touched. */
export function emptyClusterFolder(folder: string, nodes: readonly NodeId[]): void {
  for (const node of nodes) for (const file of NODE_FILES) rmSync(join(nodeFolder(folder, node), file), { force: true })
}

/** What a node's disk consists of (lmdb-storage.ts). */
const DISK_FILE = 'data.mdb'
const NODE_FILES = [DISK_FILE, `${DISK_FILE}-lock`]

/** A name that was given or taken away outlasts the loss of power. Windows has no such thing for folders. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))

/** Null when something is missing or is not what it must be. */
function clusterIn(file: Readonly<Record<string, unknown>>): ClusterFile | null {
  const { cluster, clusterName, nodes, keys } = file
  if (typeof cluster !== 'string' || typeof clusterName !== 'string' || !isObject(keys) || !isTexts(nodes)) return null
  const { indexKey, sealKey, saltKey } = keys
  if (!isUuid(indexKey) || !isKey(sealKey) || !isKey(saltKey)) return null
  return {
    format: FOLDER_FORMAT,
    cluster: cluster as ClusterId,
    clusterName,
    nodes: nodes as readonly NodeId[],
    keys: { indexKey, sealKey, saltKey },
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
/** As `generateKeys` makes them, in hexadecimal. */
const isKey = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)
