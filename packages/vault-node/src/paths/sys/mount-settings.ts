/** Reads the settings of a mount out of a request: `config` of a new mount, or the fields of a tuning. */

import { wholeSeconds, type JsonObject, type JsonValue, type ServerConfig } from '@fourtwelve/protocol'
import { goText, parseSeconds, weakBool, type Read } from '../../go-decode.ts'
import { readStringList } from '../../request-values.ts'
import type { Mount } from '../../request/mount.ts'

export interface MountTtls {
  /** Seconds; 0 is the system's. */
  readonly defaultLeaseTtl: number
  readonly maxLeaseTtl: number
}

/** Settings that are lists of names. */
const LISTS: readonly string[] = [
  'allowed_managed_keys',
  'allowed_response_headers',
  'audit_non_hmac_request_keys',
  'audit_non_hmac_response_keys',
  'passthrough_request_headers',
]
const VISIBILITIES: ReadonlySet<string> = new Set(['', 'hidden', 'unauth'])

const TOKEN_TYPES: ReadonlyMap<string, Mount['tokenType']> = new Map([
  ['', 'default-service'],
  ['default-service', 'default-service'],
  ['default-batch', 'default-batch'],
  ['service', 'service'],
  ['batch', 'batch'],
])

/** A lease TTL as mounts have it: `system` is the system's, 0. Undefined is "not given". The error is a parser's own text. */
export function readLeaseTtl(raw: JsonValue | undefined): Read<number | undefined> {
  if (raw === undefined || raw === null || raw === '') return { value: undefined }
  if (raw === 'system') return { value: 0 }
  const seconds = parseSeconds(raw)
  // No token could live on such a mount.
  return 'value' in seconds && seconds.value < 0
    ? { error: `cannot provide negative value '${seconds.value}'` }
    : seconds
}

/** The TTLs of a new mount, with the texts of `sys/mounts` (vault-http-api 3.4). */
export function readNewTtls(config: JsonObject, server: ServerConfig): Read<MountTtls> {
  const read = { default: readLeaseTtl(config['default_lease_ttl']), max: readLeaseTtl(config['max_lease_ttl']) }
  for (const which of ['default', 'max'] as const) {
    const ttl = read[which]
    const given = goText(config[`${which}_lease_ttl`] ?? null)
    if ('error' in ttl) return { error: `unable to parse ${which} TTL of ${given}: ${ttl.error}` }
  }
  const defaultLeaseTtl = 'value' in read.default ? (read.default.value ?? 0) : 0
  const maxLeaseTtl = 'value' in read.max ? (read.max.value ?? 0) : 0
  const systemMax = wholeSeconds(server.max_lease_ttl)
  if (maxLeaseTtl !== 0 && defaultLeaseTtl > maxLeaseTtl) {
    return { error: 'given default lease TTL greater than given max lease TTL' }
  }
  if (maxLeaseTtl === 0 && defaultLeaseTtl > systemMax) {
    return { error: `given default lease TTL greater than system max lease TTL of ${systemMax}` }
  }
  return { value: { defaultLeaseTtl, maxLeaseTtl } }
}

/** Which type of token an auth method gives; undefined when the request does not say. */
export function readTokenType(data: JsonObject): Read<Mount['tokenType'] | undefined> {
  const given = data['token_type']
  if (given === undefined || given === null) return { value: undefined }
  const type = TOKEN_TYPES.get(goText(given))
  return type === undefined ? { error: "invalid value for 'token_type'" } : { value: type }
}

/** Everything else that a mount remembers and shows; only what the request gives. */
export function readShownSettings(data: JsonObject): Read<JsonObject> {
  const settings: Record<string, JsonValue> = {}
  for (const name of LISTS) {
    const list = readStringList(data, name)
    if ('error' in list) return list
    if (list.value !== undefined) settings[name] = list.value
  }
  const visibility = data['listing_visibility']
  if (typeof visibility === 'string') {
    if (!VISIBILITIES.has(visibility)) return { error: `invalid listing_visibility ${visibility}` }
    settings['listing_visibility'] = visibility
  }
  const forced = data['force_no_cache'] === undefined ? null : weakBool('', data['force_no_cache'])
  if (forced !== null && 'value' in forced && forced.value) settings['force_no_cache'] = true
  return { value: withoutEmpty(settings) }
}

/** An empty setting is one that is not there. */
const withoutEmpty = (settings: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)),
  )
