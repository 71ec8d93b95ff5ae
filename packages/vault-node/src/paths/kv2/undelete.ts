/** `undelete/:path`: takes deletion marks back; `delete_version_after` counts from now again (vault-http-api 4.2). */

import type { PathSpec } from '../../path-spec.ts'
import { configOf } from './config.ts'
import { deletionTime } from './new-version.ts'
import { metadataOf } from './secret-metadata.ts'
import { changeVersions, versionsPath } from './version-numbers.ts'

export const UNDELETE: PathSpec = versionsPath('undelete/:path*', 'No version number provided', (context, versions) => {
  const metadata = metadataOf(context)
  if (metadata === undefined) return { kind: 'done' }
  const again = deletionTime(context.turn.now, configOf(context), metadata)
  changeVersions(context, versions, (version) => ({ ...version, deletionTime: again }))
  return { kind: 'done' }
})
