/** `data/:path`: the versions of a secret (vault-http-api 4.2). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readFields, readMap } from '../../request-values.ts'
import { configOf } from './config.ts'
import { answerInvalidPath, unlessFolder } from './invalid-path.ts'
import { mergePatch } from './merge-patch.ts'
import { checkAndSet, writeVersion } from './new-version.ts'
import { emptyMetadata, isGone, metadataKey, metadataOf, secretPath } from './secret-metadata.ts'
import { answerVersion, DATA_MISSING, versionAnswer, versionData } from './version-answer.ts'

export const DATA: PathSpec = {
  path: 'data/:path*',
  fields: ['version', 'options', 'data'],
  exists: (context) => metadataOf(context) !== undefined,
  operations: {
    read: { on: 'any', handle: unlessFolder('get', (context) => answerVersion(context, 'data', (data) => data)) },
    list: { on: 'any', handle: (context) => answerInvalidPath(context, 'list') },
    write: { on: 'active', handle: write },
    patch: { on: 'active', handle: patch },
    delete: { on: 'active', handle: unlessFolder('delete', remove) },
  },
}

function write(context: RequestContext): Outcome {
  const read = readFields(context.data, { data: readMap, options: readMap })
  if ('error' in read) return refused(400, read.error)
  const { data, options } = read.value
  if (data === undefined) return refused(400, 'no data provided')
  const config = configOf(context)
  const before = metadataOf(context) ?? emptyMetadata(context.turn.now)
  return checkAndSet(options, config, before) ?? writeVersion(context, before, config, data)
}

function patch(context: RequestContext): Outcome {
  const read = readFields(context.data, { data: readMap, options: readMap })
  if ('error' in read) return refused(400, read.error)
  const { data, options } = read.value
  if (data === undefined) return refused(400, 'no data provided')
  const before = metadataOf(context)
  if (before === undefined) return NOTHING_TO_PATCH
  const config = configOf(context)
  const stale = checkAndSet(options, config, before)
  if (stale !== null) return stale
  const current = before.versions[before.currentVersion]
  if (current === undefined) return NOTHING_TO_PATCH
  if (isGone(current, context.turn.now)) {
    return { kind: 'missing', data: versionAnswer(before, before.currentVersion, current) }
  }
  const target = versionData(context, before.currentVersion)
  return target === undefined ? DATA_MISSING : writeVersion(context, before, config, mergePatch(target, data))
}

/** Vault answers this one with a status and no body at all. */
const NOTHING_TO_PATCH: Outcome = { kind: 'plain', status: 404, body: null }

/** Marks the current version as deleted. What is not there, or is gone, is left alone and writes nothing. */
function remove(context: RequestContext): Outcome {
  const before = metadataOf(context)
  const current = before?.versions[before.currentVersion]
  if (before === undefined || current === undefined || isGone(current, context.turn.now)) return { kind: 'done' }
  const versions = { ...before.versions, [before.currentVersion]: { ...current, deletionTime: context.turn.now } }
  put(context, metadataKey(context.mount, secretPath(context)), { ...before, versions })
  return { kind: 'done' }
}
