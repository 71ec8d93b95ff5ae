/**
 * What a client asked for, as it wrote it.
 * Always holds: the values that the path captured are not among the body: engines that store whatever comes store the body
 * alone; a `/` at the end of a path is kept, since storage knows `app` and `app/` apart.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { RequestContext } from '../request-context.ts'

/** The body of a request; empty when there is none. */
export const bodyOf = (context: RequestContext): JsonObject =>
  context.open.request.body.kind === 'json' ? context.open.request.body.value : {}

/** The part of the path below the mount; empty for its root. */
export const pathBelowMount = (context: RequestContext): string => context.path.slice(context.mount.path.length)

/** A path as a folder: empty, or ending in `/`. Clients list `app` and `app/` alike. */
export const folderOf = (path: string): string => (path === '' || path.endsWith('/') ? path : `${path}/`)
