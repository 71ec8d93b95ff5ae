/** The mounts that this node knows, as tables show them. */

import type { NodeState } from '../../node-state.ts'
import type { Mount } from '../../request/mount.ts'
import { allMounts } from '../../request/mounts.ts'
import { mountKey } from '../../storage-keys.ts'

/** Secrets engines and auth methods are two tables: an auth method is named without its `auth/`. */
export type MountTable = 'secret' | 'auth'

export const AUTH_PREFIX = 'auth/'

/** How a table names a mount: `secret/`, and `userpass/` for `auth/userpass/`. */
export const nameIn = (table: MountTable, mount: Mount): string =>
  table === 'auth' ? mount.path.slice(AUTH_PREFIX.length) : mount.path

/** A table's mounts, sorted by path. */
export const mountsIn = (node: NodeState, table: MountTable): readonly Mount[] =>
  allMounts(node).filter((mount) => mount.path.startsWith(AUTH_PREFIX) === (table === 'auth'))

/** The mount at exactly this path, which ends in `/`. */
export const mountAt = (node: NodeState, path: string): Mount | undefined => node.store.get<Mount>(mountKey(path))

/** As requests name mounts, so as tables do: no `/` in front, one at the end. */
export const sanitizePath = (path: string): string => {
  const bare = path.replace(/^\/+/, '')
  return bare.endsWith('/') ? bare : `${bare}/`
}
