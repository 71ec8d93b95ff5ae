/** Reads and changes the settings of a mount: the `tune` of `sys/mounts` and of `sys/auth` (vault-http-api 3.4). */

import type { JsonObject } from '@fourtwelve/protocol'
import { weakStringMap, type Read } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readFields, readMap, readString } from '../../request-values.ts'
import type { Mount } from '../../request/mount.ts'
import { mountOver } from '../../request/mounts.ts'
import { mountKey } from '../../storage-keys.ts'
import { limitsOf } from '../../tokens/ttl.ts'
import { SHOWN_BESIDE_CONFIG } from './mount-info.ts'
import { readLeaseTtl, readShownSettings, readTokenType } from './mount-settings.ts'

const UNTUNABLE_PATHS: readonly string[] = ['cubbyhole/', 'sys/', 'audit/', 'identity/']

/** A mount's settings, with the system's TTLs where it has none of its own. `path` ends in `/`. */
export function readTune(context: RequestContext, path: string): Outcome {
  const { node } = context.turn
  const mount = mountOver(node, path)
  if (mount === undefined) return refused(400, `cannot fetch sysview for path "${path}"`)
  const limits = limitsOf(node.config, mount)
  const settings = Object.entries(mount.config ?? {}).filter(([name]) => !SHOWN_BESIDE_CONFIG.includes(name))
  const data: JsonObject = {
    default_lease_ttl: Math.min(limits.defaultTtl, limits.maxTtl),
    description: mount.description,
    force_no_cache: false,
    max_lease_ttl: limits.maxTtl,
    ...Object.fromEntries(settings),
    ...(mount.options !== null && Object.keys(mount.options).length > 0 ? { options: mount.options } : {}),
    ...(mount.path.startsWith('auth/') ? { token_type: mount.tokenType } : {}),
  }
  return { kind: 'data', data }
}

/** Changes what the request gives, in one write; a request that gives nothing writes nothing. */
export function writeTune(context: RequestContext, path: string): Outcome {
  if (UNTUNABLE_PATHS.some((untunable) => path.startsWith(untunable))) return refused(400, `cannot tune "${path}"`)
  const mount = mountOver(context.turn.node, path)
  if (mount === undefined) return refused(400, `tune of path "${path}" failed: no mount entry found`)
  const changes = readChanges(context.data, mount)
  if ('error' in changes) return refused(400, changes.error)
  if (Object.keys(changes.value).length === 0) return { kind: 'done' }
  put(context, mountKey(mount.path), { ...mount, ...changes.value })
  return { kind: 'done' }
}

function readChanges(data: JsonObject, mount: Mount): Read<Partial<Mount>> {
  const ttls = readTtlChanges(data, mount)
  if ('error' in ttls) return ttls
  const read = readFields(data, { description: readString, options: readMap })
  if ('error' in read) return read
  const settings = readShownSettings(data)
  if ('error' in settings) return settings
  const tokenType = readTokenTypeChange(data, mount)
  if ('error' in tokenType) return tokenType
  const options = readOptionChanges(read.value.options, mount)
  if ('error' in options) return options
  const { description } = read.value
  return {
    value: {
      ...ttls.value,
      ...(description === undefined ? {} : { description }),
      ...(Object.keys(settings.value).length === 0 ? {} : { config: { ...mount.config, ...settings.value } }),
      ...tokenType.value,
      ...options.value,
    },
  }
}

function readTtlChanges(data: JsonObject, mount: Mount): Read<Partial<Mount>> {
  const newDefault = readLeaseTtl(data['default_lease_ttl'])
  if ('error' in newDefault) return newDefault
  const newMax = readLeaseTtl(data['max_lease_ttl'])
  if ('error' in newMax) return newMax
  const defaultLeaseTtl = newDefault.value ?? mount.defaultLeaseTtl
  const maxLeaseTtl = newMax.value ?? mount.maxLeaseTtl
  if (defaultLeaseTtl === mount.defaultLeaseTtl && maxLeaseTtl === mount.maxLeaseTtl) return { value: {} }
  if (defaultLeaseTtl > 0 && maxLeaseTtl > 0 && maxLeaseTtl < defaultLeaseTtl) {
    const why = `would be less than backend default lease TTL of ${defaultLeaseTtl}`
    return { error: `backend max lease TTL of ${maxLeaseTtl} ${why}` }
  }
  return { value: { defaultLeaseTtl, maxLeaseTtl } }
}

function readTokenTypeChange(data: JsonObject, mount: Mount): Read<Partial<Mount>> {
  if (data['token_type'] === undefined || data['token_type'] === null) return { value: {} }
  if (!mount.path.startsWith('auth/')) return { error: "'token_type' can only be modified on auth mounts" }
  if (mount.type === 'token') return { error: "'token_type' cannot be set for 'token' or 'ns_token' auth mounts" }
  const type = readTokenType(data)
  if ('error' in type) return type
  return { value: type.value === undefined ? {} : { tokenType: type.value } }
}

/** Options are laid over those that are there; an empty one goes. kv's version stays what it was at mounting. */
function readOptionChanges(given: JsonObject | undefined, mount: Mount): Read<Partial<Mount>> {
  const options = weakStringMap('', given ?? {})
  if ('error' in options) return options
  const changes = options.value ?? {}
  if (Object.keys(changes).length === 0) return { value: {} }
  const version = mount.options?.['version'] ?? '1'
  const wanted = changes['version'] ?? version
  if (wanted !== '1' && wanted !== '2') return { error: `invalid version provided: ${wanted}` }
  if (wanted < version) return { error: `cannot downgrade mount from version ${version}` }
  if (wanted > version) {
    return {
      error: `cannot upgrade mount from version ${version}: its secrets would have to be rewritten; enable a new mount`,
    }
  }
  const kept = Object.entries({ ...mount.options, ...changes }).filter(([, value]) => value !== '')
  return { value: { options: Object.fromEntries(kept) } }
}
