/** `sys/init`: whether the cluster is initialized (vault-http-api 3.2). It is from its founding on, and only once. */

import { refused, type Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'

export const INIT: PathSpec = {
  path: 'init',
  operations: { read: { on: 'any', handle: read }, write: { on: 'any', handle: write } },
}

const isInitialized = ({ turn }: RequestContext): boolean => turn.node.condition !== 'uninitialized'

function read(context: RequestContext): Outcome {
  return { kind: 'plain', status: 200, body: { initialized: isInitialized(context) } }
}

/** A node that only plays uninitialized has a cluster, and could not make another. */
function write(context: RequestContext): Outcome {
  if (isInitialized(context)) return refused(400, 'Vault is already initialized')
  return refused(400, 'this node was told to answer as if it were uninitialized; set its condition to normal instead')
}
