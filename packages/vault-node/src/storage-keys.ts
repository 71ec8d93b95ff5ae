/**
 * Where things stand in storage: Vault's own key names, one writer for each pattern.
 * Always holds: ids appear only salted, so that whoever reads the files finds no token.
 */

import type { StorageScope } from '@fourtwelve/protocol'

export const MOUNT_FOLDER = 'core/mounts/'
export const LEASE_FOLDER = 'sys/expire/id/'
const LOCKED_USER_FOLDER = 'core/login/locked-users/'

export const mountKey = (path: string): string => `${MOUNT_FOLDER}${path.replaceAll('/', '|')}`
export const policyKey = (name: string): string => `sys/policy/${name}`
export const POLICY_FOLDER = 'sys/policy/'

export const TOKEN_FOLDER = 'sys/token/id/'
export const tokenKey = (saltedId: string): string => `${TOKEN_FOLDER}${saltedId}`
export const accessorKey = (accessor: string): string => `sys/token/accessor/${accessor}`
export const ACCESSOR_FOLDER = 'sys/token/accessor/'
/** The folder with the salted ids of a token's children. */
export const childFolder = (saltedParent: string): string => `sys/token/parent/${saltedParent}/`
/** The lease of a token. */
export const leaseKey = (saltedId: string): string => `${LEASE_FOLDER}${saltedId}`

/** Who leads, in which term: the first entry of each leadership but the founder's. */
export const LEADER_KEY = 'core/leader'

/** The generation counter of consistent tokens (vault-consistency 1.8). */
export const GENERATION_KEY = 'core/sscGenCounter'

export const cubbyholeFolder = (saltedId: string): string => `sys/cubbyhole/${saltedId}/`
/** Where a mount keeps its own things. */
export const mountFolder = (uuid: string): string => `logical/${uuid}/`

/**
 * The part of a key that is indexed as one when a folder in it is listed: `core/mounts/`, `sys/cubbyhole/`, `logical/<uuid>/`,
 * and `sys/token/parent/`, since tokens have three kinds of keys. So there are hardly more areas than mounts. Empty for what
 * stands above.
 */
export function areaOf(path: string): string {
  const kind = path.indexOf('/', path.indexOf('/') + 1) + 1
  return path.slice(0, path.startsWith(TOKENS_AND_INDEXES) ? path.indexOf('/', kind) + 1 : kind)
}

const TOKENS_AND_INDEXES = 'sys/token/'

export const ENTITY_FOLDER = 'identity/entity/'
export const entityKey = (entityId: string): string => `${ENTITY_FOLDER}${entityId}`
/** An alias points to an entity: the same user of the same auth mount is the same entity. */
export const aliasKey = (mountAccessor: string, name: string): string => `identity/alias/${mountAccessor}/${name}`
export const lockedUserKey = (mountAccessor: string, name: string): string =>
  `${LOCKED_USER_FOLDER}${mountAccessor}/${name}`

/** What never leaves the cluster by performance replication: tokens, leases, cubbyholes, locks (vault-consistency 5). */
const LOCAL_FOLDERS: readonly string[] = ['sys/token/', 'sys/expire/', 'sys/cubbyhole/', 'core/login/']

export const scopeOf = (key: string): StorageScope =>
  LOCAL_FOLDERS.some((folder) => key.startsWith(folder)) ? 'local' : 'replicated'
