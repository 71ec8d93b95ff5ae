/**
 * The body of auth/token/create, decoded as loosely as Vault decodes it (vault-http-api 2.2).
 * Always holds: durations are still the text that was sent, because each is judged at its own place in the sequence of checks.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import {
  weakBool,
  weakInt,
  weakString,
  weakStringList,
  weakStringMap,
  type Read,
  type WeakDecoder,
} from '../go-decode.ts'

export interface CreateRequest {
  readonly id: string
  readonly policies: readonly string[]
  readonly meta: Readonly<Record<string, string>> | null
  readonly noParent: boolean
  readonly noDefaultPolicy: boolean
  readonly renewable: boolean
  readonly ttl: string
  readonly lease: string
  readonly explicitMaxTtl: string
  readonly period: string
  readonly displayName: string
  readonly numUses: number
  readonly type: string
  readonly entityAlias: string
}

/** The fields that the path knows; any other is named in a warning. */
export const CREATE_FIELDS: readonly string[] = [
  'id',
  'role_name',
  'policies',
  'meta',
  'no_parent',
  'no_default_policy',
  'renewable',
  'ttl',
  'lease',
  'explicit_max_ttl',
  'period',
  'display_name',
  'num_uses',
  'type',
  'entity_alias',
]

/** The error is the text of a 400 answer; all fields that cannot be decoded are in it, sorted, as in Vault. */
export function decodeCreateRequest(data: JsonObject): Read<CreateRequest> {
  const errors: string[] = []
  // Error texts name a field as Vault's Go structure does.
  const take = <T>(field: string, name: string, decode: WeakDecoder<T>, absent: JsonValue = null): T | undefined => {
    const read = decode(name, data[field] ?? absent)
    if ('value' in read) return read.value
    errors.push(`* ${read.error}`)
    return undefined
  }
  const request = {
    id: take('id', 'ID', weakString) ?? '',
    policies: take('policies', 'Policies', weakStringList) ?? [],
    meta: take('meta', 'meta', weakStringMap) ?? null,
    noParent: take('no_parent', 'no_parent', weakBool) ?? false,
    noDefaultPolicy: take('no_default_policy', 'no_default_policy', weakBool) ?? false,
    renewable: take('renewable', 'Renewable', weakBool, true) ?? true,
    ttl: take('ttl', 'TTL', weakString) ?? '',
    lease: take('lease', 'Lease', weakString) ?? '',
    explicitMaxTtl: take('explicit_max_ttl', 'explicit_max_ttl', weakString) ?? '',
    period: take('period', 'Period', weakString) ?? '',
    displayName: take('display_name', 'display_name', weakString) ?? '',
    numUses: take('num_uses', 'num_uses', weakInt) ?? 0,
    type: take('type', 'type', weakString) ?? '',
    entityAlias: take('entity_alias', 'entity_alias', weakString) ?? '',
  }
  if (errors.length === 0) return { value: request }
  return { error: `Error decoding request: ${errors.length} error(s) decoding:\n\n${errors.sort().join('\n')}` }
}
