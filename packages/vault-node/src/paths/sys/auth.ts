/** `sys/auth` and `sys/auth/:path`, with its `tune`: the auth methods (vault-http-api 3.4). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { disableMount } from './disable-mount.ts'
import { enableMount } from './enable-mount.ts'
import { mountInfo, tableInfo } from './mount-info.ts'
import { AUTH_PREFIX, mountAt, sanitizePath } from './mount-table.ts'
import { readTune, writeTune } from './mount-tune.ts'
import { tunedPath } from './tuned-path.ts'

export const AUTH: PathSpec = {
  path: 'auth',
  inject: true,
  operations: {
    read: { on: 'any', handle: ({ turn }) => ({ kind: 'data', data: tableInfo(turn.node, 'auth') }) },
  },
}

export const AUTH_METHOD: PathSpec = {
  path: 'auth/:path*',
  inject: true,
  sudo: true,
  operations: {
    read: { on: 'any', handle: read },
    write: { on: 'active', handle: write },
    delete: { on: 'active', handle: remove },
  },
}

const nameOf = (context: RequestContext): string => sanitizePath(context.params['path'] ?? '')

function read(context: RequestContext): Outcome {
  const tuned = tunedPath(context)
  if (tuned !== null) return readTune(context, AUTH_PREFIX + tuned)
  const { node } = context.turn
  const mount = mountAt(node, AUTH_PREFIX + nameOf(context))
  return mount === undefined
    ? refused(400, `No auth engine at ${nameOf(context)}`)
    : { kind: 'data', data: mountInfo(node, mount) }
}

function write(context: RequestContext): Outcome {
  const tuned = tunedPath(context)
  return tuned === null ? enableMount(context, 'auth', nameOf(context)) : writeTune(context, AUTH_PREFIX + tuned)
}

/** Answers alike whether something was enabled or not. */
function remove(context: RequestContext): Outcome {
  const mount = mountAt(context.turn.node, AUTH_PREFIX + nameOf(context))
  if (mount === undefined) return { kind: 'done' }
  if (mount.type === 'token') return refused(400, 'token credential backend cannot be disabled')
  return disableMount(context, mount)
}
