/** `delete/:path`: marks versions as deleted; their data stays (vault-http-api 4.2). */

import type { PathSpec } from '../../path-spec.ts'
import { isGone } from './secret-metadata.ts'
import { changeVersions, versionsPath } from './version-numbers.ts'

export const DELETE: PathSpec = versionsPath('delete/:path*', 'No version number provided', (context, versions) => {
  const { now } = context.turn
  changeVersions(context, versions, (version) => (isGone(version, now) ? version : { ...version, deletionTime: now }))
  return { kind: 'done' }
})
