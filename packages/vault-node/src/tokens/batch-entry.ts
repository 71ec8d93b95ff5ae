/**
 * What stands inside a batch token, and the way there and back (vault-consistency 2).
 * Always holds: times are whole seconds; an absent field is empty, so that a token is as short as what it says.
 */

import {
  BATCH_PREFIX,
  sealBatchToken,
  seconds,
  wholeSeconds,
  type CryptoPort,
  type JsonObject,
  type JsonValue,
} from '@fourtwelve/protocol'
import type { TokenEntry } from './token-entry.ts'

/** Batch tokens of servers with consistent tokens switched off. */
export const LEGACY_BATCH_PREFIX = 'b.'

/** Seals an entry into a token: nothing is stored anywhere. */
export function sealEntry(crypto: CryptoPort, entry: TokenEntry, legacy: boolean): string {
  const sealed = sealBatchToken(crypto, fieldsOf(entry))
  return legacy ? LEGACY_BATCH_PREFIX + sealed.slice(BATCH_PREFIX.length) : sealed
}

function fieldsOf(entry: TokenEntry): JsonObject {
  const fields: Record<string, JsonValue> = {}
  if (entry.parent !== '') fields['parent'] = entry.parent
  fields['policies'] = entry.policies
  fields['path'] = entry.path
  if (entry.meta !== null) fields['meta'] = entry.meta
  fields['display_name'] = entry.displayName
  fields['creation_time'] = wholeSeconds(entry.creationTime)
  fields['ttl'] = entry.ttl
  if (entry.entityId !== '') fields['entity_id'] = entry.entityId
  return fields
}

/** The entry in what a token held; null when it was sealed by something else than `sealEntry`. */
export function entryOfSealed(fields: JsonObject): TokenEntry | null {
  const { parent = '', policies, path, meta = null, display_name, creation_time, ttl, entity_id = '' } = fields
  if (typeof parent !== 'string' || typeof path !== 'string' || typeof display_name !== 'string') return null
  if (typeof creation_time !== 'number' || typeof ttl !== 'number' || typeof entity_id !== 'string') return null
  if (!Array.isArray(policies)) return null
  return {
    type: 'batch',
    saltedId: '',
    accessor: '',
    parent,
    policies: policies as readonly string[],
    path,
    meta: meta as TokenEntry['meta'],
    displayName: display_name,
    numUses: 0,
    creationTime: seconds(creation_time),
    ttl,
    explicitMaxTtl: 0,
    period: 0,
    entityId: entity_id,
  }
}
