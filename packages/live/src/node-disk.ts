/**
 * A node's state and its disk: founded together, or the one from the other.
 * Always holds: when a state is answered, the disk has all of it.
 */

import { randomBytes } from 'node:crypto'
import { statfsSync } from 'node:fs'
import type { CryptoPort, Term } from '@fourtwelve/protocol'
import { appliedPlace, joinCluster, recoverNode, type NodeOptions, type NodeState } from '@fourtwelve/vault-node'
import { openLmdbStorage } from './lmdb-storage.ts'
import type { ClusterIdentity, NodeSetup } from './node-setup.ts'
import type { NodeStorage } from './node-storage.ts'
import { createRealCrypto } from './real-crypto.ts'
import { unpackRow } from './rows.ts'
import type { Clock } from './wall-clock.ts'

/** What a node begins with, when its disk has nothing: see NodeSetup. */
export interface Beginning {
  readonly identity: ClusterIdentity
  readonly founding: Uint8Array | null
  readonly term: Term
}

export interface LoadedNode {
  readonly state: NodeState
  /** Whether the disk had it already. */
  readonly isRecovered: boolean
}

/** Throws when there is neither anything on the disk nor a founding. */
export async function loadNode(
  storage: NodeStorage,
  { id, nodes, active, config, addresses, allBegin }: NodeSetup,
  { identity, founding, term }: Beginning,
  clock: Clock,
  crypto: CryptoPort,
): Promise<LoadedNode> {
  const options: NodeOptions = {
    id,
    nodes,
    active,
    term,
    config,
    addresses,
    electionSeed: randomBytes(4).readUInt32BE(),
    cluster: identity.cluster,
    clusterName: identity.clusterName,
  }
  const loaded = storage.load()
  if (loaded !== null) {
    const state = recoverNode({ ...options, allBegin }, { ...loaded, values: loaded.pairs }, clock(), crypto)
    return { state, isRecovered: true }
  }
  if (founding === null) throw new Error(`${id} has nothing on disk to come back from: start it with a founded cluster`)
  const state = joinCluster(options, unpackRow(founding), clock(), crypto)
  await storage.install(appliedPlace(state.log), state.store.entries())
  return { state, isRecovered: false }
}

/** Makes the disk of a node that does not run one that has just been founded. Call it on an empty folder. */
export async function foundDisk(setup: NodeSetup, clock: Clock): Promise<void> {
  const { folder, storage: mode, identity } = setup
  if (folder === null || mode === 'memory') return
  const storage = openLmdbStorage(folder, mode, () => undefined)
  try {
    await loadNode(storage, setup, setup, clock, await createRealCrypto(identity.keys))
  } finally {
    await storage.close()
  }
}

/** What LMDB says when the system refuses a write, whatever the reason. */
const COMMIT_FAILED = 'Commit failed'
/** Less than LMDB asks for at once. */
const FULL_BYTES = 65_536

/** Why a node's disk refused a write; null for an error of another kind. */
export function diskRefusal(error: unknown, folder: string | null): Error | null {
  if (folder === null || !(error instanceof Error) || !error.message.startsWith(COMMIT_FAILED)) return null
  const { bavail, bsize } = statfsSync(folder)
  const cause =
    bavail * bsize < FULL_BYTES ? 'the disk is full: free some space' : `the disk refused a write: see to ${folder}`
  return new Error(`${cause} (${Math.floor((bavail * bsize) / 1024)} KiB are free at ${folder})`)
}
