/**
 * The write-ahead log: its numbers and its entries.
 * Always holds: indexes are gapless and start at 1; one entry per storage write (DESIGN section 3), with absolute values,
 * so that a standby can stand between a token and its lease and a checkpoint may be taken in slices.
 */

import type { ClusterId } from './identity.ts'
import type { Micros } from './micros.ts'

/** A place in the log. 0 is "before the first entry". */
export type WalIndex = number & { readonly WalIndex: unique symbol }
export const walIndex = (value: number): WalIndex => value as WalIndex
export const NO_INDEX: WalIndex = walIndex(0)

/** Which leadership wrote an entry. Rises with every election. */
export type Term = number & { readonly Term: unique symbol }
export const term = (value: number): Term => value as Term

/** Vault's generation counter of consistent tokens: rises on promotion of a DR cluster only (vault-consistency 1.8). */
export type Epoch = number & { readonly Epoch: unique symbol }
export const epoch = (value: number): Epoch => value as Epoch

/** `local` never leaves the cluster by performance replication (tokens, leases); `replicated` does. */
export type StorageScope = 'local' | 'replicated'

/** A stored value: plain data, never changed after it was written, shared by every node that holds it. */
export type StoredValue = object

export interface Change {
  readonly scope: StorageScope
  readonly namespace: string
  readonly key: string
  /** The new value, or null when the key is deleted. */
  readonly value: StoredValue | null
}

export const WAL_FORMAT = 1

export interface WalEntry {
  readonly format: typeof WAL_FORMAT
  readonly cluster: ClusterId
  readonly term: Term
  readonly index: WalIndex
  /** The active node's clock when it wrote. */
  readonly time: Micros
  /** The request that wrote it. */
  readonly request: string
  readonly changes: readonly Change[]
  /** A 32-bit digest of everything above; nodes chain these to compare their logs in one number. */
  readonly digest: number
}
