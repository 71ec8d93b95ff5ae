/** Mounts may stand at paths of several segments, and `tune` comes after all of them. */

import type { RequestContext } from '../../request-context.ts'
import { sanitizePath } from './mount-table.ts'

const TUNE = '/tune'

/** The path before a trailing `/tune`, ending in `/`; null when the request is about the mount itself. */
export function tunedPath(context: RequestContext): string | null {
  const path = context.params['path'] ?? ''
  return path.endsWith(TUNE) ? sanitizePath(path.slice(0, -TUNE.length)) : null
}
