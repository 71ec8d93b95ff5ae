/** `undelete/:path`: takes deletion marks back; `delete_version_after` counts from now again (vault-http-api 4.2). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { configOf } from './config.ts'
import { deletionTime } from './new-version.ts'
import { metadataOf } from './secret-metadata.ts'
import { changeVersions, readVersions } from './version-numbers.ts'

export const UNDELETE: PathSpec = {
  path: 'undelete/:path*',
  fields: ['versions'],
  operations: { write: { on: 'active', handle: write } },
}

function write(context: RequestContext): Outcome {
  const versions = readVersions(context.data, 'versions')
  if ('error' in versions) return refused(400, versions.error)
  if (versions.value === undefined || versions.value.length === 0) return refused(400, 'No version number provided')
  const metadata = metadataOf(context)
  if (metadata === undefined) return { kind: 'done' }
  const again = deletionTime(context.turn.now, configOf(context), metadata)
  changeVersions(context, versions.value, (version) => ({ ...version, deletionTime: again }))
  return { kind: 'done' }
}
