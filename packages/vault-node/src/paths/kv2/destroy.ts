/** `destroy/:path`: deletes the data of versions for good (vault-http-api 4.2). */

import type { PathSpec } from '../../path-spec.ts'
import { put } from '../../request-context.ts'
import { secretPath, versionKey } from './secret-metadata.ts'
import { changeVersions, versionsPath } from './version-numbers.ts'

export const DESTROY: PathSpec = versionsPath('destroy/:path*', 'no version number provided', (context, versions) => {
  // The metadata goes first: whoever reads in between sees a destroyed version, never one whose data is missing.
  if (!changeVersions(context, versions, (version) => ({ ...version, destroyed: true }))) return { kind: 'done' }
  for (const version of versions) put(context, versionKey(context.mount, secretPath(context), version), null)
  return { kind: 'done' }
})
