/**
 * Puts a new version of a secret behind the others.
 * Always holds: the version's data is written before the metadata that names it, and old versions are pruned last, oldest
 * first, so that whoever reads in between finds what the metadata promises.
 */

import { micros, MICROS_PER_SECOND, type JsonObject, type Micros } from '@fourtwelve/protocol'
import { weakInt } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { DELETE_VERSION_AFTER_DISABLED, type Kv2Config } from './config.ts'
import {
  metadataKey,
  secretPath,
  versionKey,
  type SecretMetadata,
  type SecretVersion,
  type VersionMetadata,
} from './secret-metadata.ts'
import { versionAnswer } from './version-answer.ts'

/** How many versions are kept when neither the secret nor the mount says. */
const DEFAULT_MAX_VERSIONS = 10

/** Why a write is refused by check-and-set; null when it may go on. `options.cas` must be the current version; 0 is "not there". */
export function checkAndSet(
  options: JsonObject | undefined,
  config: Kv2Config,
  metadata: SecretMetadata,
): Outcome | null {
  const cas = options?.['cas']
  if (cas === undefined) {
    const required = config.casRequired || metadata.casRequired
    return required ? refused(400, 'check-and-set parameter required for this call') : null
  }
  const wanted = weakInt('', cas)
  if ('error' in wanted) return refused(400, 'error parsing check-and-set parameter')
  return wanted.value === metadata.currentVersion
    ? null
    : refused(400, 'check-and-set parameter did not match the current version')
}

/** Writes the version, the metadata, and deletes what is more than is kept. */
export function writeVersion(
  context: RequestContext,
  before: SecretMetadata,
  config: Kv2Config,
  data: JsonObject,
): Outcome {
  const { now } = context.turn
  const path = secretPath(context)
  const number = before.currentVersion + 1
  const added: VersionMetadata = { createdTime: now, deletionTime: deletionTime(now, config, before), destroyed: false }
  const { after, pruneFrom } = withVersion(before, number, added, config)
  const version: SecretVersion = { data }
  put(context, versionKey(context.mount, path, number), version)
  put(context, metadataKey(context.mount, path), after)
  prune(context, path, pruneFrom)
  return { kind: 'data', data: versionAnswer(after, number, added) }
}

/** When a version that is made now goes by itself: the shorter of the secret's and the mount's time; null is never. */
export function deletionTime(now: Micros, config: Kv2Config, metadata: SecretMetadata): Micros | null {
  if (config.deleteVersionAfter === DELETE_VERSION_AFTER_DISABLED) return null
  const given = [config.deleteVersionAfter, metadata.deleteVersionAfter].filter((seconds) => seconds > 0)
  return given.length === 0 ? null : micros(now + Math.min(...given) * MICROS_PER_SECOND)
}

/** The metadata with one version more, moved on to the window of versions that are kept; 0 when there is nothing to prune. */
function withVersion(
  before: SecretMetadata,
  number: number,
  added: VersionMetadata,
  config: Kv2Config,
): { readonly after: SecretMetadata; readonly pruneFrom: number } {
  const kept = Math.max(before.maxVersions, config.maxVersions) || DEFAULT_MAX_VERSIONS
  const full = number - before.oldestVersion >= kept
  const pruneFrom = full ? number - kept : 0
  const all: SecretMetadata['versions'] = { ...before.versions, [number]: added }
  const after: SecretMetadata = {
    ...before,
    currentVersion: number,
    oldestVersion: full ? pruneFrom + 1 : before.oldestVersion,
    updatedTime: added.createdTime,
    versions: Object.fromEntries(Object.entries(all).filter(([version]) => Number(version) > pruneFrom)),
  }
  return { after, pruneFrom }
}

/** Deletes the data of `newest` and of all versions before it that are still there without a gap. */
function prune(context: RequestContext, path: string, newest: number): void {
  const { store } = context.turn.node
  let oldest = newest + 1
  while (oldest > 1 && store.has(versionKey(context.mount, path, oldest - 1))) oldest -= 1
  for (let version = oldest; version <= newest; version++) put(context, versionKey(context.mount, path, version), null)
}
