/** How kv version 2 speaks of one version, and of a version that is gone. */

import type { JsonObject } from '@fourtwelve/protocol'
import { refused, refusedWrapped, type Outcome } from '../../outcome.ts'
import type { RequestContext } from '../../request-context.ts'
import { readInt } from '../../request-values.ts'
import { rfc3339Nano } from '../../wire-time.ts'
import {
  isGone,
  metadataOf,
  secretPath,
  versionKey,
  type SecretMetadata,
  type SecretVersion,
  type VersionMetadata,
} from './secret-metadata.ts'

/** A version's own fields, as writes answer them and reads put them under `metadata`. */
export const versionAnswer = (metadata: SecretMetadata, number: number, version: VersionMetadata): JsonObject => ({
  created_time: rfc3339Nano(version.createdTime),
  custom_metadata: metadata.customMetadata,
  deletion_time: version.deletionTime === null ? '' : rfc3339Nano(version.deletionTime),
  destroyed: version.destroyed,
  version: number,
})

/**
 * Answers a read of one version: `?version=`, or the current one. What is under `field` comes from `show`; a version that
 * was deleted or destroyed answers 404 with the envelope, null under `field`, and what is known of it.
 */
export function answerVersion(context: RequestContext, field: string, show: (data: JsonObject) => JsonObject): Outcome {
  const asked = readInt(context.data, 'version')
  if ('error' in asked) return refused(400, asked.error)
  const metadata = metadataOf(context)
  if (metadata === undefined) return { kind: 'missing' }
  const number = asked.value !== undefined && asked.value > 0 ? asked.value : metadata.currentVersion
  const version = metadata.versions[number]
  if (version === undefined) return { kind: 'missing' }
  const known = versionAnswer(metadata, number, version)
  if (isGone(version, context.turn.now)) return { kind: 'missing', data: { [field]: null, metadata: known } }
  const data = versionData(context, number)
  return data === undefined ? DATA_MISSING : { kind: 'data', data: { [field]: show(data), metadata: known } }
}

/** A standby may stand between the writes of a deletion of all versions, where the metadata goes last. */
export const DATA_MISSING: Outcome = refusedWrapped(500, 'could not find version data')

/** The data of a version that metadata promises; undefined in the middle of a deletion. */
export const versionData = (context: RequestContext, number: number): JsonObject | undefined =>
  context.turn.node.store.get<SecretVersion>(versionKey(context.mount, secretPath(context), number))?.data
