/**
 * `sys/internal/ui/mounts` and `sys/internal/ui/mounts/:path`: what is mounted, for clients that must know the version of a
 * kv engine before they can ask it anything (vault-http-api 3.4).
 * Always holds: a mount is told of only to whom it is visible: a token that may touch something in it, or everybody when the
 * mount says so; "not there" and "not for you" are one answer, so that nobody can try out names.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { tokenOf, type RequestContext } from '../../request-context.ts'
import { aclOf } from '../../request/acl-cache.ts'
import type { Mount } from '../../request/mount.ts'
import { mountOver } from '../../request/mounts.ts'
import { findToken } from '../../tokens/find-token.ts'
import { hasMountAccess } from './mount-access.ts'
import { mountInfo, tableInfo } from './mount-info.ts'
import { mountsIn, nameIn, sanitizePath, type MountTable } from './mount-table.ts'

/** Needs no token; one that comes along widens what is shown. */
export const UI_MOUNTS: PathSpec = {
  path: 'internal/ui/mounts',
  login: true,
  operations: { read: { on: 'any', handle: readAll } },
}

/** Needs a token, and no policy for this path: the handler looks at the mount in question instead. */
export const UI_MOUNT: PathSpec = {
  path: 'internal/ui/mounts/:path*',
  ownPolicy: true,
  operations: { read: { on: 'any', handle: readOne } },
}

const isListed = (mount: Mount): boolean => mount.config?.['listing_visibility'] === 'unauth'

function readAll(context: RequestContext): Outcome {
  const { node, crypto, now } = context.turn
  const presented = context.open.request.token
  if (presented === null || presented === '') {
    return { kind: 'data', data: { auth: listed(context, 'auth'), secret: listed(context, 'secret') } }
  }
  const found = findToken(node, crypto, now, presented)
  if (found.kind !== 'found') return refused(403, 'permission denied')
  const acl = aclOf(node, found.token.entry)
  const visible = (mount: Mount): boolean => isListed(mount) || hasMountAccess(acl, mount.path)
  return { kind: 'data', data: { auth: tableInfo(node, 'auth', visible), secret: tableInfo(node, 'secret', visible) } }
}

/** What a stranger may know of the mounts that are meant to be known. */
const listed = (context: RequestContext, table: MountTable): JsonObject =>
  Object.fromEntries(
    mountsIn(context.turn.node, table)
      .filter(isListed)
      .map((mount) => [
        nameIn(table, mount),
        { description: mount.description, options: mount.options, type: mount.type },
      ]),
  )

function readOne(context: RequestContext): Outcome {
  const { node } = context.turn
  const path = sanitizePath(context.params['path'] ?? '')
  const mount = mountOver(node, path)
  if (mount === undefined || !hasMountAccess(aclOf(node, tokenOf(context).entry), mount.path)) {
    const advice = "please ensure client's policies grant access to path"
    return refused(403, `preflight capability check returned 403, ${advice} "${path}"`)
  }
  return { kind: 'data', data: { ...mountInfo(node, mount), path: mount.path } }
}
