/** `sys/mounts` and `sys/mounts/:path`, with its `tune`: the secrets engines (vault-http-api 3.4). */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { mountOver } from '../../request/mounts.ts'
import { disableMount } from './disable-mount.ts'
import { enableMount, PROTECTED_PATHS } from './enable-mount.ts'
import { mountInfo, tableInfo } from './mount-info.ts'
import { mountAt, sanitizePath } from './mount-table.ts'
import { readTune, writeTune } from './mount-tune.ts'
import { tunedPath } from './tuned-path.ts'

export const MOUNTS: PathSpec = {
  path: 'mounts',
  inject: true,
  operations: {
    read: { on: 'any', handle: ({ turn }) => ({ kind: 'data', data: tableInfo(turn.node, 'secret') }) },
  },
}

export const MOUNT: PathSpec = {
  path: 'mounts/:path*',
  inject: true,
  operations: {
    read: { on: 'any', handle: read },
    write: { on: 'active', handle: write },
    delete: { on: 'active', handle: remove },
  },
}

const pathOf = (context: RequestContext): string => sanitizePath(context.params['path'] ?? '')

function read(context: RequestContext): Outcome {
  const tuned = tunedPath(context)
  if (tuned !== null) return readTune(context, tuned)
  const { node } = context.turn
  const mount = mountOver(node, pathOf(context))
  return mount === undefined
    ? refused(400, `No secret engine mount at ${pathOf(context)}`)
    : { kind: 'data', data: mountInfo(node, mount) }
}

function write(context: RequestContext): Outcome {
  const tuned = tunedPath(context)
  return tuned === null ? enableMount(context, 'secret', pathOf(context)) : writeTune(context, tuned)
}

/** Answers alike whether something was mounted or not. */
function remove(context: RequestContext): Outcome {
  const path = pathOf(context)
  const mount = mountAt(context.turn.node, path)
  if (mount === undefined) return { kind: 'done' }
  if (PROTECTED_PATHS.some((start) => path.startsWith(start))) return refused(400, `cannot unmount "${path}"`)
  return disableMount(context, mount)
}
