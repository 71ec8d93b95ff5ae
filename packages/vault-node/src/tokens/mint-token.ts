/**
 * Makes tokens. A service token is written on the active node: accessor, parent index, entry, lease, in this order; its text
 * then carries the index of the last of them (vault-consistency 1.7). A batch token is sealed wherever it was asked for.
 * Always holds: a node that has the index of a token has everything of it; the id itself is never stored, only salted.
 */

import {
  encodeServiceToken,
  micros,
  MICROS_PER_SECOND,
  NO_INDEX,
  randomBase62,
  SERVICE_PREFIX,
  type StoredValue,
  type WalIndex,
} from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import { accessorKey, childFolder, leaseKey, tokenKey } from '../storage-keys.ts'
import { write, writeTogether, type Turn } from '../turn.ts'
import { sealEntry } from './batch-entry.ts'
import type { AccessorEntry } from './find-token.ts'
import { epochOf } from './generation.ts'
import type { Lease } from './lease.ts'
import type { NewToken } from './new-token.ts'
import type { TokenEntry } from './token-entry.ts'

export interface MintedToken {
  /** The text for the client. */
  readonly presented: string
  readonly entry: TokenEntry
  /** Null for a batch token, and for the first root token. */
  readonly lease: Lease | null
  /** The last write of its making; 0 for a batch token. */
  readonly index: WalIndex
}

/** Base62 characters of an id without its prefix, and of an accessor. */
const ID_LENGTH = 24
const LEGACY_SERVICE_PREFIX = 's.'

/** Makes a service token: writes, so only on the active node. */
export function mintToken(turn: Turn, request: RequestId, token: NewToken): MintedToken {
  const { crypto, node } = turn
  const consistent = node.config.switches.consistent_tokens === 'on'
  const prefix = consistent ? SERVICE_PREFIX : LEGACY_SERVICE_PREFIX
  const inner = token.customId ?? prefix + randomBase62(crypto, ID_LENGTH)
  const entry = entryOf(turn, token, crypto.saltedId(inner), randomBase62(crypto, ID_LENGTH))
  const lease = token.leased ? leaseOf(entry, token) : null
  const index = store(turn, request, entry, lease)
  // Root tokens stay short, because operators type them over; a custom id stays what it is.
  const bare = !consistent || token.customId !== null || isOnlyRoot(token)
  const carried = node.config.switches.edition === 'community' ? NO_INDEX : index
  const presented = bare ? inner : encodeServiceToken(crypto, inner, carried, epochOf(node))
  return { presented, entry, lease, index }
}

/** Makes a batch token: nothing is written, on any node. */
export function sealToken(turn: Turn, token: NewToken): MintedToken {
  const entry = entryOf(turn, token, '', '')
  const legacy = turn.node.config.switches.consistent_tokens === 'off'
  return { presented: sealEntry(turn.crypto, entry, legacy), entry, lease: null, index: NO_INDEX }
}

const isOnlyRoot = (token: NewToken): boolean => token.policies.length === 1 && token.policies[0] === 'root'

function entryOf(turn: Turn, token: NewToken, saltedId: string, accessor: string): TokenEntry {
  return {
    type: token.type,
    saltedId,
    accessor,
    parent: token.parent,
    policies: token.policies,
    path: token.path,
    meta: token.meta,
    displayName: token.displayName,
    numUses: token.numUses,
    creationTime: turn.now,
    ttl: token.ttl,
    explicitMaxTtl: token.explicitMaxTtl,
    period: token.period,
    entityId: token.entityId,
  }
}

const leaseOf = (entry: TokenEntry, token: NewToken): Lease => ({
  saltedId: entry.saltedId,
  issueTime: entry.creationTime,
  expireTime: token.ttl === 0 ? null : micros(entry.creationTime + token.ttl * MICROS_PER_SECOND),
  lastRenewal: null,
  renewable: token.renewable,
  grantedTtl: token.ttl,
  maxTtl: token.maxTtl,
})

/** Four entries, three for an orphan: a standby can stand between any two of them. */
function store(turn: Turn, request: RequestId, entry: TokenEntry, lease: Lease | null): WalIndex {
  const { saltedId, parent } = entry
  const accessor: AccessorEntry = { saltedId }
  write(turn, request, accessorKey(entry.accessor), accessor)
  if (parent !== '') write(turn, request, childFolder(parent) + saltedId, PARENT_INDEX)
  if (lease === null) return write(turn, request, tokenKey(saltedId), entry)
  if (turn.node.config.switches.lease_entry === 'same') {
    return writeTogether(turn, request, [
      { key: tokenKey(saltedId), value: entry },
      { key: leaseKey(saltedId), value: lease },
    ])
  }
  write(turn, request, tokenKey(saltedId), entry)
  return write(turn, request, leaseKey(saltedId), lease)
}

/** The parent index is in its keys. */
const PARENT_INDEX: StoredValue = {}
