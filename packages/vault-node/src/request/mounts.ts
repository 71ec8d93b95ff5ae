/**
 * Which mounts there are, and which of them answers a path.
 * Always holds: the longest mount wins; the list is derived from the store, so a mount that has not arrived on a standby is not
 * there yet.
 */

import type { NodeState } from '../node-state.ts'
import { MOUNT_FOLDER } from '../storage-keys.ts'
import type { Mount } from './mount.ts'

/** The mount that answers a path, which ends in `/`: the longest one that it begins with. */
export function mountOver(node: NodeState, path: string): Mount | undefined {
  node.mounts ??= allMounts(node).toSorted((a, b) => b.path.length - a.path.length)
  for (const mount of node.mounts) if (path.startsWith(mount.path)) return mount
  return undefined
}

/** In the order of their keys. */
export const allMounts = ({ store }: NodeState): readonly Mount[] =>
  store.list(MOUNT_FOLDER).flatMap((name) => store.get<Mount>(MOUNT_FOLDER + name) ?? [])
