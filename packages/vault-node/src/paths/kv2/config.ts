/** `config`: what holds for every secret of a kv version 2 mount (vault-http-api 4.2). */

import type { JsonObject } from '@fourtwelve/protocol'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import type { Mount } from '../../request/mount.ts'
import { parseSeconds, readBool, readFields, readInt, readWith, type FieldReader } from '../../request-values.ts'
import { mountFolder } from '../../storage-keys.ts'
import { goDuration } from '../../go-duration.ts'

export interface Kv2Config {
  /** 0 takes DEFAULT_MAX_VERSIONS. */
  readonly maxVersions: number
  readonly casRequired: boolean
  /** Seconds; 0 is never, DELETE_VERSION_AFTER_DISABLED also overrules every secret's own. */
  readonly deleteVersionAfter: number
}

export const DELETE_VERSION_AFTER_DISABLED = -1

const NOTHING_SET: Kv2Config = { maxVersions: 0, casRequired: false, deleteVersionAfter: 0 }

const configKey = (mount: Mount): string => `${mountFolder(mount.uuid)}config`

export const configOf = (context: RequestContext): Kv2Config =>
  context.turn.node.store.get<Kv2Config>(configKey(context.mount)) ?? NOTHING_SET

export const CONFIG: PathSpec = {
  path: 'config',
  fields: ['max_versions', 'cas_required', 'delete_version_after'],
  operations: {
    read: { on: 'any', handle: read },
    write: { on: 'active', handle: write },
  },
}

function read(context: RequestContext): Outcome {
  const config = configOf(context)
  const data: JsonObject = {
    cas_required: config.casRequired,
    delete_version_after: goDuration(config.deleteVersionAfter),
    max_versions: config.maxVersions,
  }
  return { kind: 'data', data }
}

/** Alone among Vault's durations this one may be negative: it switches the setting off. */
const readSignedSeconds: FieldReader<number> = (data, field) => readWith(data, field, parseSeconds)

function write(context: RequestContext): Outcome {
  const read = readFields(context.data, {
    max_versions: readInt,
    cas_required: readBool,
    delete_version_after: readSignedSeconds,
  })
  if ('error' in read) return refused(400, read.error)
  const { max_versions, cas_required, delete_version_after } = read.value
  if (max_versions === undefined && cas_required === undefined && delete_version_after === undefined)
    return { kind: 'done' }
  const before = configOf(context)
  const after: Kv2Config = {
    maxVersions: max_versions ?? before.maxVersions,
    casRequired: cas_required ?? before.casRequired,
    deleteVersionAfter: Math.max(delete_version_after ?? before.deleteVersionAfter, DELETE_VERSION_AFTER_DISABLED),
  }
  put(context, configKey(context.mount), after)
  return { kind: 'done' }
}
