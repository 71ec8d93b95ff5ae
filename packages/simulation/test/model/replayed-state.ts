/**
 * The model's state: a prefix of the log replayed, and nothing else.
 * Always holds: an entry puts or deletes keys, and a later one stands over an earlier one. What a key means is said here once more, apart
 * from the node's own code, of which nothing is imported.
 */

import type { StoredValue, WalEntry } from '@fourtwelve/protocol'

export type Replayed = ReadonlyMap<string, StoredValue>

export function replay(before: Replayed, { changes }: Pick<WalEntry, 'changes'>): Replayed {
  const after = new Map(before)
  for (const { key, value } of changes) {
    if (value === null) after.delete(key)
    else after.set(key, value)
  }
  return after
}

/** What an entry says of a token. Lengths in seconds, times in microseconds. */
export interface StoredToken {
  readonly type: 'service' | 'batch'
  readonly saltedId: string
  readonly accessor: string
  readonly parent: string
  readonly policies: readonly string[]
  readonly path: string
  readonly meta: Readonly<Record<string, string>> | null
  readonly displayName: string
  readonly numUses: number
  readonly creationTime: number
  readonly ttl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly entityId: string
}

export interface StoredLease {
  readonly issueTime: number
  readonly expireTime: number | null
  readonly lastRenewal: number | null
  readonly renewable: boolean
  readonly grantedTtl: number
  readonly maxTtl: number
}

export interface StoredSecret {
  readonly currentVersion: number
  readonly oldestVersion: number
  readonly versions: Readonly<
    Record<string, { readonly createdTime: number; readonly deletionTime: number | null; readonly destroyed: boolean }>
  >
}

const read = <T>(state: Replayed, key: string): T | null => (state.get(key) as T | undefined) ?? null

/** Where the mount at a path (`secret/`, `auth/userpass/`) keeps its things; null when there is none. */
function folderOf(state: Replayed, path: string): string | null {
  const mount = read<{ readonly uuid: string }>(state, `core/mounts/${path.replaceAll('/', '|')}`)
  return mount === null ? null : `logical/${mount.uuid}/`
}

export const tokenIn = (state: Replayed, id: string): StoredToken | null => read(state, `sys/token/id/${id}`)
export const leaseIn = (state: Replayed, id: string): StoredLease | null => read(state, `sys/expire/id/${id}`)
export const hasEntity = (state: Replayed, id: string): boolean => state.has(`identity/entity/${id}`)
export const hasMount = (state: Replayed, path: string): boolean => folderOf(state, path) !== null
export const epochIn = (state: Replayed): number =>
  read<{ readonly counter: number }>(state, 'core/sscGenCounter')?.counter ?? 0
export const policyIn = (state: Replayed, name: string): string | null =>
  read<{ readonly text: string }>(state, `sys/policy/${name}`)?.text ?? null
export const inCubbyhole = (state: Replayed, id: string, path: string): boolean =>
  state.has(`sys/cubbyhole/${id}/${path}`)

export const secretIn = (state: Replayed, path: string): StoredSecret | null =>
  read(state, `${folderOf(state, 'secret/') ?? ''}metadata/${path}`)
export const versionIn = (state: Replayed, path: string, version: number): object | null =>
  read<{ readonly data: object }>(state, `${folderOf(state, 'secret/') ?? ''}versions/${path}/${version}`)?.data ?? null

/** The names in the top folder of the secrets, sorted; a folder's ends in `/`. */
export function secretNames(state: Replayed): readonly string[] {
  const folder = `${folderOf(state, 'secret/') ?? ''}metadata/`
  const names = [...state.keys()]
    .filter((key) => key.startsWith(folder))
    .map((key) => key.slice(folder.length))
    .map((rest) => (rest.includes('/') ? rest.slice(0, rest.indexOf('/') + 1) : rest))
  return [...new Set(names)].sort()
}

/** The entity that stands for a user of `auth/userpass/`; null before the first login has arrived here. */
export function entityOfUser(state: Replayed, name: string): string | null {
  const mount = read<{ readonly accessor: string }>(state, 'core/mounts/auth|userpass|')
  if (mount === null) return null
  return read<{ readonly entityId: string }>(state, `identity/alias/${mount.accessor}/${name}`)?.entityId ?? null
}

export interface StoredUser {
  readonly token: {
    readonly policies: readonly string[]
    readonly ttl: number
    readonly maxTtl: number
    readonly period: number
    readonly explicitMaxTtl: number
    readonly numUses: number
    readonly tokenType: string
  }
}

export const userIn = (state: Replayed, name: string): StoredUser | null =>
  read(state, `${folderOf(state, 'auth/userpass/') ?? ''}user/${name}`)
