/**
 * Counts what is stored: leases, tokens, entities.
 * Always holds: one pass over the store, and nothing is kept, so that counting costs only who asks.
 */

import type { NodeState } from '../../node-state.ts'
import { ENTITY_FOLDER, LEASE_FOLDER, TOKEN_FOLDER } from '../../storage-keys.ts'
import type { TokenEntry } from '../../tokens/token-entry.ts'
import type { GaugeRow } from './gauges.ts'
import { mountsIn } from './mount-table.ts'

const NAMESPACE = { namespace: 'root' }

export function storedGauges(node: NodeState): readonly GaugeRow[] {
  const methods = mountsIn(node, 'auth')
  const byPolicy = new Map<string, number>()
  const byMethod = new Map<string, number>()
  let leases = 0
  let tokens = 0
  let entities = 0
  for (const [key, value] of node.store.entries()) {
    if (key.startsWith(LEASE_FOLDER)) leases += 1
    else if (key.startsWith(ENTITY_FOLDER)) entities += 1
    else if (key.startsWith(TOKEN_FOLDER)) {
      const { policies, path } = value as TokenEntry
      tokens += 1
      for (const policy of policies) addOne(byPolicy, policy)
      const method = methods.find((mount) => path.startsWith(mount.path))
      // A token can outlive the method that gave it for as long as its revocation takes.
      if (method !== undefined) addOne(byMethod, method.type)
    }
  }
  return [
    ['vault.expire.num_leases', leases],
    ['vault.token.count', tokens, NAMESPACE],
    ...[...byPolicy].map(([policy, count]): GaugeRow => [
      'vault.token.count.by_policy',
      count,
      { ...NAMESPACE, policy },
    ]),
    ...[...byMethod].map(([auth_method, count]): GaugeRow => [
      'vault.token.count.by_auth',
      count,
      { ...NAMESPACE, auth_method },
    ]),
    ['vault.identity.entity.count', entities, NAMESPACE],
  ]
}

const addOne = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
