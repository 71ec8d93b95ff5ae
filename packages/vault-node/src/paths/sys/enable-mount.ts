/**
 * Mounts a secrets engine or an auth method.
 * Always holds: no mount stands inside another; what Vault cannot do without stands alone and once; one storage write.
 */

import { randomUuid, type JsonObject } from '@fourtwelve/protocol'
import { weakStringMap, type Read } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readBool, readFields, readMap, readString } from '../../request-values.ts'
import type { Mount, MountType } from '../../request/mount.ts'
import { mountKey } from '../../storage-keys.ts'
import { newAccessor } from './default-mounts.ts'
import { readNewTtls, readShownSettings, readTokenType } from './mount-settings.ts'
import { AUTH_PREFIX, mountsIn, nameIn, type MountTable } from './mount-table.ts'

/** Paths where nothing else can be mounted. */
export const PROTECTED_PATHS: readonly string[] = ['audit/', 'auth/', 'sys/', 'cubbyhole/', 'identity/']

const SINGLETONS: ReadonlySet<string> = new Set(['cubbyhole', 'system', 'token', 'identity'])

/** What may be mounted, by the names that Vault knows it by. `version` is what the name says of kv's version. */
const PLUGINS: Readonly<Record<MountTable, ReadonlyMap<string, Plugin>>> = {
  secret: new Map<string, Plugin>([
    ['kv', { type: 'kv' }],
    ['generic', { type: 'kv' }],
    ['kv-v1', { type: 'kv', version: '1' }],
    ['kv-v2', { type: 'kv', version: '2' }],
  ]),
  auth: new Map<string, Plugin>([['userpass', { type: 'userpass' }]]),
}

interface Plugin {
  readonly type: MountType
  readonly version?: string
}

const FIELDS = {
  type: readString,
  description: readString,
  local: readBool,
  seal_wrap: readBool,
  external_entropy_access: readBool,
  config: readMap,
  options: readMap,
} as const

/** Mounts what the request describes. `name` is the table's name for it and ends in `/`. */
export function enableMount(context: RequestContext, table: MountTable, name: string): Outcome {
  const mount = readMount(context, table, name)
  if ('error' in mount) return refused(400, mount.error)
  put(context, mountKey(mount.value.path), mount.value)
  return { kind: 'done' }
}

/** The checks in Vault's order; the first that fails is the answer. */
function readMount(context: RequestContext, table: MountTable, name: string): Read<Mount> {
  const read = readFields(context.data, FIELDS)
  if ('error' in read) return read
  const given = read.value
  const config = given.config ?? {}
  const { turn } = context
  const ttls = readNewTtls(config, turn.node.config)
  if ('error' in ttls) return ttls
  const tokenType = table === 'auth' ? readTokenType(config) : { value: undefined }
  if ('error' in tokenType) return tokenType
  const type = given.type ?? ''
  if (type === '') return { error: 'backend type must be specified as a string' }
  const options = weakStringMap('', given.options ?? {})
  if ('error' in options) return options
  const version = options.value?.['version'] ?? ''
  const plugin = PLUGINS[table].get(type)
  if (version !== '' && plugin?.type !== 'kv') return { error: noVersions(table, type) }
  const settings = readShownSettings(config)
  if ('error' in settings) return settings
  const path = table === 'auth' ? AUTH_PREFIX + name : name
  const conflict = conflictOf(context, table, name, type)
  if (conflict !== null) return { error: conflict }
  if (plugin === undefined) return { error: `plugin not found in the catalog: ${type}` }
  const beside: JsonObject = {
    ...(given.external_entropy_access === true ? { external_entropy_access: true } : {}),
    ...(given.seal_wrap === true ? { seal_wrap: true } : {}),
  }
  const mount: Mount = {
    path,
    type: plugin.type,
    accessor: newAccessor(turn.crypto, path, plugin.type),
    uuid: randomUuid(turn.crypto),
    description: given.description ?? '',
    options: { ...options.value, ...(plugin.version === undefined ? {} : { version: plugin.version }) },
    ...ttls.value,
    local: given.local ?? false,
    tokenType: tokenType.value ?? 'default-service',
    config: { ...settings.value, ...beside },
  }
  return { value: mount }
}

/** Why nothing of this type can be mounted there; null when it can. */
function conflictOf(context: RequestContext, table: MountTable, name: string, type: string): string | null {
  if (table === 'secret' && PROTECTED_PATHS.some((path) => name.startsWith(path))) return `cannot mount "${name}"`
  if (table === 'secret' && SINGLETONS.has(type)) return `mount type of "${type}" is not mountable`
  const taken = mountsIn(context.turn.node, table)
    .map((mount) => nameIn(table, mount))
    .find((path) => path.startsWith(name) || name.startsWith(path))
  if (taken !== undefined) return `path is already in use at ${taken}`
  return table === 'auth' && type === 'token' ? 'token credential backend cannot be instantiated' : null
}

const noVersions = (table: MountTable, type: string): string =>
  `${table === 'auth' ? 'auth method' : 'secrets engine'} "${type}" does not allow setting a version`
