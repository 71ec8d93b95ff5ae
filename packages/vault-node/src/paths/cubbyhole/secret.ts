/**
 * Any path of the cubbyhole: one value a path, for one token only, and gone with it (vault-http-api 4.3).
 * Always holds: the folder is named by the token's salted id, so that no token can name another's.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { refused, refusedWrapped, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import { put, tokenOf, type RequestContext } from '../../request-context.ts'
import { cubbyholeFolder } from '../../storage-keys.ts'
import { bodyOf, folderOf, pathBelowMount } from '../request-body.ts'

export const SECRET: PathSpec = {
  path: ':path*',
  exists: (context) => tokenOf(context).entry.type === 'service' && context.turn.node.store.has(keyOf(context)),
  operations: {
    read: { on: 'any', handle: forServiceTokens(read) },
    list: { on: 'any', handle: forServiceTokens(list) },
    write: { on: 'active', handle: forServiceTokens(write) },
    delete: { on: 'active', handle: forServiceTokens(remove) },
  },
}

/** A batch token stands nowhere, so it has no place of its own either. */
function forServiceTokens(handle: (context: RequestContext) => Outcome): (context: RequestContext) => Outcome {
  return (context) =>
    tokenOf(context).entry.type === 'service'
      ? handle(context)
      : refused(400, 'cubbyhole operations are only supported by "service" type tokens')
}

const folderOfToken = (context: RequestContext): string => cubbyholeFolder(tokenOf(context).entry.saltedId)
const keyOf = (context: RequestContext): string => folderOfToken(context) + pathBelowMount(context)

function read(context: RequestContext): Outcome {
  const data = context.turn.node.store.get<JsonObject>(keyOf(context))
  return data === undefined ? { kind: 'missing' } : { kind: 'data', data }
}

function list(context: RequestContext): Outcome {
  const folder = folderOfToken(context) + folderOf(pathBelowMount(context))
  return { kind: 'keys', keys: context.turn.node.store.list(folder) }
}

function write(context: RequestContext): Outcome {
  const body = bodyOf(context)
  // Unlike kv, the cubbyhole lets this error out bare, so that it becomes a 500.
  if (Object.keys(body).length === 0) return refusedWrapped(500, 'missing data fields')
  put(context, keyOf(context), body)
  return { kind: 'done' }
}

function remove(context: RequestContext): Outcome {
  put(context, keyOf(context), null)
  return { kind: 'done' }
}
