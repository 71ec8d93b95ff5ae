/** `metadata/:path`: a secret's versions and settings, its place in lists, its end (vault-http-api 4.2). */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Read } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readBool, readFields, readInt, readMap, readSeconds } from '../../request-values.ts'
import { rfc3339Nano } from '../../wire-time.ts'
import { folderOf } from '../request-body.ts'
import { configOf } from './config.ts'
import { readCustomMetadata } from './custom-metadata.ts'
import { goDuration } from '../../go-duration.ts'
import { unlessRoot } from './invalid-path.ts'
import {
  emptyMetadata,
  metadataFolder,
  metadataKey,
  metadataOf,
  secretPath,
  versionKey,
  type SecretMetadata,
  type VersionMetadata,
} from './secret-metadata.ts'

export const METADATA: PathSpec = {
  path: 'metadata/:path*',
  fields: ['max_versions', 'cas_required', 'delete_version_after', 'custom_metadata'],
  exists: (context) => metadataOf(context) !== undefined,
  operations: {
    read: { on: 'any', handle: unlessRoot('get', read) },
    list: { on: 'any', handle: list },
    write: { on: 'active', handle: unlessRoot('put', write) },
    patch: { on: 'active', handle: unlessRoot('patch', patch) },
    delete: { on: 'active', handle: unlessRoot('delete', remove) },
  },
}

function read(context: RequestContext): Outcome {
  const metadata = metadataOf(context)
  if (metadata === undefined) return { kind: 'missing' }
  const versions = Object.entries(metadata.versions).map(([number, version]) => [number, shown(version)] as const)
  const data: JsonObject = {
    cas_required: metadata.casRequired,
    created_time: rfc3339Nano(metadata.createdTime),
    current_version: metadata.currentVersion,
    custom_metadata: metadata.customMetadata,
    delete_version_after: goDuration(metadata.deleteVersionAfter),
    max_versions: metadata.maxVersions,
    oldest_version: metadata.oldestVersion,
    updated_time: rfc3339Nano(metadata.updatedTime),
    versions: Object.fromEntries(versions),
  }
  return { kind: 'data', data }
}

const shown = (version: VersionMetadata): JsonObject => ({
  created_time: rfc3339Nano(version.createdTime),
  deletion_time: version.deletionTime === null ? '' : rfc3339Nano(version.deletionTime),
  destroyed: version.destroyed,
})

function list(context: RequestContext): Outcome {
  const folder = metadataFolder(context.mount) + folderOf(secretPath(context))
  return { kind: 'keys', keys: context.turn.node.store.list(folder) }
}

const SETTINGS = {
  max_versions: readInt,
  cas_required: readBool,
  delete_version_after: readSeconds,
  custom_metadata: readMap,
} as const

function write(context: RequestContext): Outcome {
  const before = metadataOf(context) ?? emptyMetadata(context.turn.now)
  const settings = readSettings(context, before, (given) => readCustomMetadata(given))
  if ('error' in settings) return refused(400, settings.error)
  return settings.value === null ? { kind: 'done' } : writeSettings(context, settings.value)
}

/** As `write`, but of a secret that is there, and custom metadata is merged: null takes a key away. */
function patch(context: RequestContext): Outcome {
  const before = metadataOf(context)
  const settings = readSettings(context, before ?? emptyMetadata(context.turn.now), (given, custom) => {
    const added = readCustomMetadata(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)))
    if ('error' in added) return added
    const merged = Object.entries({ ...custom, ...added.value })
    return { value: Object.fromEntries(merged.filter(([key]) => given[key] !== null)) }
  })
  if ('error' in settings) return refused(400, settings.error)
  if (before === undefined) return { kind: 'plain', status: 404, body: null }
  return writeSettings(context, settings.value ?? before)
}

type CustomMetadata = SecretMetadata['customMetadata']

/** The metadata with the settings that a request gives; null when it gives none. */
function readSettings(
  context: RequestContext,
  before: SecretMetadata,
  readCustom: (given: JsonObject, custom: CustomMetadata) => Read<Readonly<Record<string, string>>>,
): Read<SecretMetadata | null> {
  const read = readFields(context.data, SETTINGS)
  if ('error' in read) return read
  const given = read.value
  if (Object.values(given).every((value) => value === undefined)) return { value: null }
  let { customMetadata } = before
  if (given.custom_metadata !== undefined) {
    const custom = readCustom(given.custom_metadata, before.customMetadata)
    if ('error' in custom) return custom
    customMetadata = Object.keys(custom.value).length === 0 ? null : custom.value
  }
  const after: SecretMetadata = {
    ...before,
    maxVersions: given.max_versions ?? before.maxVersions,
    casRequired: given.cas_required ?? before.casRequired,
    deleteVersionAfter: given.delete_version_after ?? before.deleteVersionAfter,
    customMetadata,
  }
  return { value: after }
}

function writeSettings(context: RequestContext, after: SecretMetadata): Outcome {
  put(context, metadataKey(context.mount, secretPath(context)), after)
  const casRequired = readBool(context.data, 'cas_required')
  const pointless = 'value' in casRequired && casRequired.value === false && configOf(context).casRequired
  return pointless ? { kind: 'done', warnings: [CAS_MANDATED] } : { kind: 'done' }
}

const CAS_MANDATED = '"cas_required" set to false, but is mandated by backend config. This value will be ignored.'

/** Deletes everything: the data of each version, then the metadata. */
function remove(context: RequestContext): Outcome {
  const metadata = metadataOf(context)
  if (metadata === undefined) return { kind: 'done' }
  const path = secretPath(context)
  for (const version of Object.keys(metadata.versions)) {
    put(context, versionKey(context.mount, path, Number(version)), null)
  }
  put(context, metadataKey(context.mount, path), null)
  return { kind: 'done' }
}
