/**
 * From a path to the mount and the path spec that answer it.
 * Always holds: the longest mount wins; within a mount, a fixed path wins over one with parameters. Derived from the store, so
 * a mount that has not arrived on a standby is not there yet.
 */

import type { NodeState } from '../node-state.ts'
import type { PathSpec } from '../path-spec.ts'
import { pathsOf } from '../paths/routes.ts'
import type { Mount } from './mount.ts'
import { mountOver } from './mounts.ts'
import { matchPath } from './path-table.ts'

export interface Route {
  readonly mount: Mount
  /** Null when the mount does not know the path. */
  readonly spec: PathSpec | null
  readonly params: Readonly<Record<string, string>>
}

/** Null when nothing is mounted there. A trailing `/` (as LIST has) does not count. */
export function route(node: NodeState, path: string): Route | null {
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  const mount = mountOver(node, `${bare}/`)
  if (mount === undefined) return null
  const match = matchPath(pathsOf(mount), bare.slice(mount.path.length))
  return { mount, spec: match?.spec ?? null, params: match?.params ?? {} }
}
