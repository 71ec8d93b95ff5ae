/** What is mounted in a new cluster: what every Vault has, and `secret/` as dev mode mounts it (vault-http-api 3.4). */

import { hex, randomUuid, type CryptoPort, type JsonObject } from '@fourtwelve/protocol'
import type { Mount, MountType } from '../../request/mount.ts'

interface DefaultMount {
  readonly path: string
  readonly type: MountType
  readonly description: string
  readonly local?: true
  readonly options?: Readonly<Record<string, string>>
  readonly config?: JsonObject
}

const DEFAULT_MOUNTS: readonly DefaultMount[] = [
  { path: 'auth/token/', type: 'token', description: 'token based credentials' },
  { path: 'cubbyhole/', type: 'cubbyhole', description: 'per-token private secret storage', local: true },
  {
    path: 'identity/',
    type: 'identity',
    description: 'identity store',
    config: { passthrough_request_headers: ['Authorization'] },
  },
  { path: 'secret/', type: 'kv', description: 'key/value secret storage', options: { version: '2' } },
  {
    path: 'sys/',
    type: 'system',
    description: 'system endpoints used for control, policy and debugging',
    config: { passthrough_request_headers: ['Accept'] },
  },
]

/** The mounts of a new cluster, with fresh accessors and uuids, in the order in which they are written. */
export const defaultMounts = (crypto: CryptoPort): readonly Mount[] =>
  DEFAULT_MOUNTS.map(({ path, type, description, local, options, config }) => ({
    path,
    type,
    accessor: newAccessor(crypto, path, type),
    uuid: randomUuid(crypto),
    description,
    options: options ?? null,
    defaultLeaseTtl: 0,
    maxLeaseTtl: 0,
    local: local ?? false,
    tokenType: 'default-service',
    ...(config === undefined ? {} : { config }),
  }))

/** `kv_1a2b3c4d`, `auth_userpass_1a2b3c4d`. */
export const newAccessor = (crypto: CryptoPort, path: string, type: MountType): string =>
  `${path.startsWith('auth/') ? 'auth_' : ''}${type}_${hex(crypto.random(4))}`
