/**
 * What kind of work a request is, for a runtime that gives each kind its time.
 * Always holds: judged by the node's own mounts and paths, so a login is one wherever its method is mounted.
 */

import type { VaultRequest } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import { askedOperation, type AskedOperation } from './operation.ts'
import { route } from './router.ts'

type WorkKind = 'read' | 'write' | 'login'

/** A write to a path that needs no token is a login: it checks a password or its like. */
export function kindOfWork(node: NodeState, request: VaultRequest): WorkKind {
  if (!CHANGES[askedOperation(request)]) return 'read'
  return route(node, request.path)?.spec?.login === true ? 'login' : 'write'
}

const CHANGES: Readonly<Record<AskedOperation, boolean>> = {
  read: false,
  list: false,
  write: true,
  delete: true,
  patch: true,
  unsupported: false,
  'bad-list-parameter': false,
}
