/**
 * Any path of a kv version 1 mount: one value a path, stored as it came (vault-http-api 4.1).
 * Always holds: a write is one storage write, and so is a delete, even of what is not there.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { parseSeconds } from '../../go-decode.ts'
import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { mountFolder } from '../../storage-keys.ts'
import { limitsOf } from '../../tokens/ttl.ts'
import { bodyOf, folderOf, pathBelowMount } from '../request-body.ts'

export const SECRET: PathSpec = {
  path: ':path*',
  exists: (context) => context.turn.node.store.has(keyOf(context)),
  operations: {
    read: { on: 'any', handle: read },
    list: { on: 'any', handle: list },
    write: { on: 'active', handle: write },
    delete: { on: 'active', handle: remove },
  },
}

const keyOf = (context: RequestContext): string => mountFolder(context.mount.uuid) + pathBelowMount(context)

function read(context: RequestContext): Outcome {
  const data = context.turn.node.store.get<JsonObject>(keyOf(context))
  return data === undefined ? { kind: 'missing' } : { kind: 'data', data, leaseDuration: leaseDuration(context, data) }
}

/** Clients sleep this long before they read again: the secret's own `ttl` or `lease` when it can be read, else the mount's. */
function leaseDuration(context: RequestContext, data: JsonObject): number {
  const own = data['ttl'] ?? data['lease']
  const given = own === undefined ? undefined : parseSeconds(own)
  if (given !== undefined && 'value' in given) return given.value
  return limitsOf(context.turn.node.config, context.mount).defaultTtl
}

function list(context: RequestContext): Outcome {
  const folder = mountFolder(context.mount.uuid) + folderOf(pathBelowMount(context))
  return { kind: 'keys', keys: context.turn.node.store.list(folder) }
}

function write(context: RequestContext): Outcome {
  if (pathBelowMount(context) === '') return refused(400, 'missing path')
  const body = bodyOf(context)
  if (Object.keys(body).length === 0) return refused(400, 'missing data fields')
  put(context, keyOf(context), body)
  return { kind: 'done' }
}

function remove(context: RequestContext): Outcome {
  put(context, keyOf(context), null)
  return { kind: 'done' }
}
