/**
 * Everything else below a kv version 2 mount: the paths of version 1, which many clients still try.
 * Always holds: 404 with a warning that says what to do, never a bare 404 (vault-http-api 4.2).
 */

import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { pathBelowMount } from '../request-body.ts'

/** What the command line calls an operation. */
type KvCommand = 'get' | 'list' | 'put' | 'patch' | 'delete'

/** Stands last in the list of paths: it takes what no other path took. */
export const INVALID_PATH: PathSpec = {
  path: ':path*',
  operations: {
    read: { on: 'any', handle: (context) => answerInvalidPath(context, 'get') },
    list: { on: 'any', handle: (context) => answerInvalidPath(context, 'list') },
    write: { on: 'any', handle: (context) => answerInvalidPath(context, 'put') },
    patch: { on: 'any', handle: (context) => answerInvalidPath(context, 'patch') },
    delete: { on: 'any', handle: (context) => answerInvalidPath(context, 'delete') },
  },
}

const ROOTS: ReadonlySet<string> = new Set(['metadata', 'data', 'delete', 'undelete', 'destroy'])

export function answerInvalidPath(context: RequestContext, command: KvCommand): Outcome {
  const warning = ROOTS.has(pathBelowMount(context))
    ? 'Non-listing operations on the root of a K/V v2 mount are not supported.'
    : `Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv ${command}' for this operation.`
  return { kind: 'missing', warnings: [warning] }
}

/** `metadata` without anything behind it is no secret; only a list of it makes sense. */
export const unlessRoot =
  (command: KvCommand, handle: (context: RequestContext) => Outcome): ((context: RequestContext) => Outcome) =>
  (context) =>
    ROOTS.has(pathBelowMount(context)) ? answerInvalidPath(context, command) : handle(context)

/** A secret's path never ends in `/`: such a request meets the path of everything else. */
export const unlessFolder =
  (command: KvCommand, handle: (context: RequestContext) => Outcome): ((context: RequestContext) => Outcome) =>
  (context) =>
    context.path.endsWith('/') ? answerInvalidPath(context, command) : handle(context)
