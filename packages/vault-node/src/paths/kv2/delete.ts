/** `delete/:path`: marks versions as deleted; their data stays (vault-http-api 4.2). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { isGone } from './secret-metadata.ts'
import { changeVersions, readVersions } from './version-numbers.ts'

export const DELETE: PathSpec = {
  path: 'delete/:path*',
  fields: ['versions'],
  operations: { write: { on: 'active', handle: write } },
}

function write(context: RequestContext): Outcome {
  const versions = readVersions(context.data, 'versions')
  if ('error' in versions) return refused(400, versions.error)
  if (versions.value === undefined || versions.value.length === 0) return refused(400, 'No version number provided')
  const { now } = context.turn
  changeVersions(context, versions.value, (version) =>
    isGone(version, now) ? version : { ...version, deletionTime: now },
  )
  return { kind: 'done' }
}
