/**
 * What kv version 2 keeps of a secret besides its data: its versions and its own settings.
 * Always holds: a secret's metadata stands under its path, and the data of each version under a key of its own, so that a
 * write is two storage writes (the version, then the metadata) and a standby may stand between them.
 */

import type { JsonObject, Micros } from '@fourtwelve/protocol'
import type { RequestContext } from '../../request-context.ts'
import type { Mount } from '../../request/mount.ts'
import { mountFolder } from '../../storage-keys.ts'

export interface SecretMetadata {
  /** 0 before the first write. */
  readonly currentVersion: number
  /** 0 until old versions were pruned. */
  readonly oldestVersion: number
  readonly createdTime: Micros
  readonly updatedTime: Micros
  /** 0 takes the mount's. */
  readonly maxVersions: number
  readonly casRequired: boolean
  /** Seconds; 0 takes the mount's. */
  readonly deleteVersionAfter: number
  /** Null when there is none, as Vault answers. */
  readonly customMetadata: Readonly<Record<string, string>> | null
  /** By number. */
  readonly versions: Readonly<Record<string, VersionMetadata>>
}

export interface VersionMetadata {
  readonly createdTime: Micros
  /** When it is deleted, which may be still to come; null is never. */
  readonly deletionTime: Micros | null
  readonly destroyed: boolean
}

export interface SecretVersion {
  readonly data: JsonObject
}

/** What a secret starts from when nothing of it is there. */
export const emptyMetadata = (now: Micros): SecretMetadata => ({
  currentVersion: 0,
  oldestVersion: 0,
  createdTime: now,
  updatedTime: now,
  maxVersions: 0,
  casRequired: false,
  deleteVersionAfter: 0,
  customMetadata: null,
  versions: {},
})

export const metadataFolder = (mount: Mount): string => `${mountFolder(mount.uuid)}metadata/`
export const metadataKey = (mount: Mount, path: string): string => metadataFolder(mount) + path
export const versionKey = (mount: Mount, path: string, version: number): string =>
  `${mountFolder(mount.uuid)}versions/${path}/${version}`

/** The path of the secret that a request names; empty for the root of the mount. */
export const secretPath = (context: RequestContext): string => context.params['path'] ?? ''

/** The metadata of the secret that a request names. */
export const metadataOf = (context: RequestContext): SecretMetadata | undefined =>
  context.turn.node.store.get<SecretMetadata>(metadataKey(context.mount, secretPath(context)))

/** Whether a version answers no data any more. Deletion counts from its own microsecond on: a simulated read may come in it. */
export const isGone = (version: VersionMetadata, now: Micros): boolean =>
  version.destroyed || (version.deletionTime !== null && version.deletionTime <= now)
