/** `destroy/:path`: deletes the data of versions for good (vault-http-api 4.2). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { secretPath, versionKey } from './secret-metadata.ts'
import { changeVersions, readVersions } from './version-numbers.ts'

export const DESTROY: PathSpec = {
  path: 'destroy/:path*',
  fields: ['versions'],
  operations: { write: { on: 'active', handle: write } },
}

function write(context: RequestContext): Outcome {
  const versions = readVersions(context.data, 'versions')
  if ('error' in versions) return refused(400, versions.error)
  if (versions.value === undefined || versions.value.length === 0) return refused(400, 'no version number provided')
  // The metadata goes first: whoever reads in between sees a destroyed version, never one whose data is missing.
  if (!changeVersions(context, versions.value, (version) => ({ ...version, destroyed: true }))) return { kind: 'done' }
  for (const version of versions.value) put(context, versionKey(context.mount, secretPath(context), version), null)
  return { kind: 'done' }
}
