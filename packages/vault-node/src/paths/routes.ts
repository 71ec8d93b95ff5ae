/** Every path of the API, by the type of mount that answers it. A new path is a file beside the others and a row in its list. */

import type { Mount, MountType } from '../request/mount.ts'
import { compilePaths, type PathTable } from '../request/path-table.ts'
import { TOKEN_PATHS } from './auth/token/token-paths.ts'
import { USERPASS_PATHS } from './auth/userpass/userpass-paths.ts'
import { CUBBYHOLE_PATHS } from './cubbyhole/cubbyhole-paths.ts'
import { KV1_PATHS } from './kv1/kv1-paths.ts'
import { KV2_PATHS } from './kv2/kv2-paths.ts'
import { NODE_LOCAL_PATHS } from './sys/node-local-paths.ts'
import { SYS_PATHS } from './sys/sys-paths.ts'

const KV1 = compilePaths(KV1_PATHS)
const KV2 = compilePaths(KV2_PATHS)

const TABLES: Readonly<Record<Exclude<MountType, 'kv'>, PathTable>> = {
  token: compilePaths(TOKEN_PATHS),
  system: compilePaths(SYS_PATHS),
  cubbyhole: compilePaths(CUBBYHOLE_PATHS),
  identity: compilePaths([]),
  userpass: compilePaths(USERPASS_PATHS),
}

/** Paths that every node answers about itself, before any gate and without a token (vault-http-api 1.8). */
export const NODE_LOCAL: PathTable = compilePaths(NODE_LOCAL_PATHS)

export function pathsOf(mount: Mount): PathTable {
  if (mount.type === 'kv') return mount.options?.['version'] === '2' ? KV2 : KV1
  return TABLES[mount.type]
}
