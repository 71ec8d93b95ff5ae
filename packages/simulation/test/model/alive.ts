/**
 * Which token is presented, and is it alive? The model's gates and look-up.
 * Always holds: judged by the prefix of the log and the clock of the one node that is asked.
 */

import {
  decodeIndexState,
  decodeServiceToken,
  hasValidIndexMac,
  hasValidMac,
  isConsistentToken,
  isIndexDefect,
  MICROS_PER_SECOND,
  openBatchToken,
  type CryptoPort,
  type ServerConfig,
} from '@fourtwelve/protocol'
import { endOf } from './lengths.ts'
import { epochIn, leaseIn, tokenIn, type Replayed, type StoredLease, type StoredToken } from './replayed-state.ts'

/** A node at the moment at which it is asked. */
export interface Moment {
  readonly state: Replayed
  /** How many entries are in the prefix. */
  readonly index: number
  readonly role: 'active' | 'performance-standby' | 'standby'
  /** Its own clock. */
  readonly now: number
  readonly config: ServerConfig
  readonly cluster: string
  readonly crypto: CryptoPort
}

/** Whether every value of X-Vault-Index is this cluster's, genuine, and in the prefix. */
export const hasState = ({ index, cluster, crypto }: Moment, values: readonly string[]): boolean =>
  values.every((value) => {
    const named = decodeIndexState(value)
    if (isIndexDefect(named) || !hasValidIndexMac(crypto, named) || named.clusterId !== cluster) return false
    return named.localIndex <= index && named.replicatedIndex <= 0
  })

export type Gate = 'open' | 'ahead' | 'forged'

/** What the token itself says: which index it needs, and whether it is genuine. An index of an older generation means nothing. */
export function gate({ state, index, crypto }: Moment, presented: string): Gate {
  if (!isConsistentToken(presented)) return 'open'
  const token = decodeServiceToken(presented)
  if (token === 'not-base64') return 'open'
  if (token === 'not-a-token' || !hasValidMac(crypto, token)) return 'forged'
  return token.indexEpoch < epochIn(state) || token.localIndex <= index ? 'open' : 'ahead'
}

export type Found =
  | { readonly kind: 'alive'; readonly token: StoredToken; readonly lease: StoredLease | null }
  | { readonly kind: 'absent' }
  /** The token is in the prefix and its lease is not. */
  | { readonly kind: 'no-lease' }

const ABSENT: Found = { kind: 'absent' }

/** `spentToo`: also one whose last use is gone, or that is being revoked. */
export function find(moment: Moment, presented: string, spentToo = false): Found {
  if (presented.startsWith('hvb.')) return findBatch(moment, presented)
  const token = isConsistentToken(presented) ? decodeServiceToken(presented) : presented
  const inner = typeof token === 'string' ? presented : token.inner
  return findById(moment, moment.crypto.saltedId(inner), spentToo)
}

export function findById({ state, now, role }: Moment, id: string, spentToo = false): Found {
  const token = tokenIn(state, id)
  if (token === null || (token.numUses < 0 && !spentToo)) return ABSENT
  const lease = leaseIn(state, id)
  const needsLease = token.ttl > 0 || token.policies.join(',') !== 'root'
  // The active node wrote both at once: there, a lease that is not here is gone.
  if (lease === null && needsLease) return role === 'active' ? ABSENT : { kind: 'no-lease' }
  const end = endOf(token, lease)
  return end !== null && end <= now ? ABSENT : { kind: 'alive', token, lease }
}

/** A batch token is all there is of it; its parent, if it has one, must be alive. */
function findBatch(moment: Moment, presented: string): Found {
  const said = openBatchToken(moment.crypto, presented) as BatchFields | null
  if (said === null) return ABSENT
  const token: StoredToken = {
    type: 'batch',
    saltedId: '',
    accessor: '',
    parent: said.parent ?? '',
    policies: said.policies,
    path: said.path,
    meta: said.meta ?? null,
    displayName: said.display_name,
    numUses: 0,
    creationTime: said.creation_time * MICROS_PER_SECOND,
    ttl: said.ttl,
    explicitMaxTtl: 0,
    period: 0,
    entityId: said.entity_id ?? '',
  }
  const end = endOf(token, null)
  if (end !== null && end <= moment.now) return ABSENT
  const parent = token.parent === '' ? null : findById(moment, token.parent)
  return parent === null || parent.kind === 'alive' ? { kind: 'alive', token, lease: null } : parent
}

/** What is sealed in a batch token. Times in seconds. */
interface BatchFields {
  readonly parent?: string
  readonly policies: readonly string[]
  readonly path: string
  readonly meta?: Readonly<Record<string, string>>
  readonly display_name: string
  readonly creation_time: number
  readonly ttl: number
  readonly entity_id?: string
}
