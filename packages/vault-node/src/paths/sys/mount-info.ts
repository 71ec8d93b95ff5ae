/** How Vault describes a mount (vault-http-api 3.4). */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Mount, MountType } from '../../request/mount.ts'
import type { NodeState } from '../../node-state.ts'
import { mountsIn, nameIn, type MountTable } from './mount-table.ts'

/** Settings that are kept with a mount's others and shown beside them. */
export const SHOWN_BESIDE_CONFIG: readonly string[] = ['external_entropy_access', 'seal_wrap']

/** Which plugin a newer Vault names: most are part of Vault and have its version. */
const OWN_PLUGIN_VERSIONS: Readonly<Partial<Record<MountType, string>>> = { kv: 'v0.20.0+builtin' }

/** Only plugins of the catalog have a status; what Vault cannot do without is none. */
const IN_CATALOG: ReadonlySet<MountType> = new Set(['kv', 'userpass'])

/** A mount's entry in `sys/mounts` and `sys/auth`. Lease TTLs of 0 are the system's. */
export function mountInfo(node: NodeState, mount: Mount): JsonObject {
  const settings = mount.config ?? {}
  const shown = Object.entries(settings).filter(([name]) => !SHOWN_BESIDE_CONFIG.includes(name))
  const config: JsonObject = {
    default_lease_ttl: mount.defaultLeaseTtl,
    force_no_cache: false,
    max_lease_ttl: mount.maxLeaseTtl,
    ...Object.fromEntries(shown),
    ...(mount.path.startsWith('auth/') ? { token_type: mount.tokenType } : {}),
  }
  return {
    accessor: mount.accessor,
    config,
    ...(IN_CATALOG.has(mount.type) ? { deprecation_status: 'supported' } : {}),
    description: mount.description,
    external_entropy_access: settings['external_entropy_access'] ?? false,
    local: mount.local,
    options: mount.options,
    plugin_version: '',
    running_plugin_version:
      OWN_PLUGIN_VERSIONS[mount.type] ?? `v${node.config.version.replace(/\+.*/, '')}+builtin.vault`,
    running_sha256: '',
    seal_wrap: settings['seal_wrap'] ?? false,
    type: mount.type,
    uuid: mount.uuid,
  }
}

/** A whole table, by path. */
export const tableInfo = (
  node: NodeState,
  table: MountTable,
  only: (mount: Mount) => boolean = () => true,
): JsonObject =>
  Object.fromEntries(
    mountsIn(node, table)
      .filter(only)
      .map((mount) => [nameIn(table, mount), mountInfo(node, mount)]),
  )
