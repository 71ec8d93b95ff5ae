/** Reads `versions`, a list of numbers or one text with commas, and lays a change over the versions that it names. */

import type { JsonValue } from '@fourtwelve/protocol'
import { weakInt, type Read } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readWith, type FieldReader } from '../../request-values.ts'
import { metadataKey, metadataOf, secretPath, type VersionMetadata } from './secret-metadata.ts'

/** A path whose body names versions: at least one, else `none` is the answer. */
export const versionsPath = (
  path: string,
  none: string,
  handle: (context: RequestContext, versions: readonly number[]) => Outcome,
): PathSpec => ({
  path,
  fields: ['versions'],
  operations: {
    write: {
      on: 'active',
      handle(context) {
        const versions = readVersions(context.data, 'versions')
        if ('error' in versions) return refused(400, versions.error)
        if (versions.value === undefined || versions.value.length === 0) return refused(400, none)
        return handle(context, versions.value)
      },
    },
  },
})

const readVersions: FieldReader<readonly number[]> = (data, field) => readWith(data, field, versionsOf)

function versionsOf(raw: JsonValue): Read<readonly number[]> {
  const items: readonly JsonValue[] = Array.isArray(raw) ? raw : typeof raw === 'string' ? split(raw) : [raw]
  const read = items.map((item, at) => weakInt(`[${at}]`, item))
  const errors = read.flatMap((item) => ('error' in item ? [item.error] : []))
  if (errors.length === 0) return { value: read.flatMap((item) => ('value' in item ? [item.value] : [])) }
  // Go counts the errors of a list and prints them as one.
  const lines = errors.sort().map((error) => `* ${error}`)
  return { error: `${errors.length} error(s) decoding:\n\n${lines.join('\n')}` }
}

const split = (text: string): readonly string[] => (text === '' ? [] : text.split(',').map((item) => item.trim()))

/**
 * Writes the metadata with a change to the named versions; false when there is no such secret. Versions that are not there
 * or were destroyed stay as they are, and the metadata is written all the same, as Vault does.
 */
export function changeVersions(
  context: RequestContext,
  numbers: readonly number[],
  change: (version: VersionMetadata) => VersionMetadata,
): boolean {
  const before = metadataOf(context)
  if (before === undefined) return false
  const versions: Record<string, VersionMetadata> = { ...before.versions }
  for (const number of numbers) {
    const version = versions[number]
    if (version !== undefined && !version.destroyed) versions[number] = change(version)
  }
  put(context, metadataKey(context.mount, secretPath(context)), { ...before, versions })
  return true
}
