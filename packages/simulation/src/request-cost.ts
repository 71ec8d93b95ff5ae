/** How long a request keeps a node busy: by what it is there, not by how it ends. */

import type { Micros, VaultRequest } from '@fourtwelve/protocol'
import { kindOfWork, type NodeState } from '@fourtwelve/vault-node'
import type { ServiceCost } from './simulation-options.ts'

export function requestCost(cost: ServiceCost, node: NodeState, request: VaultRequest): Micros {
  // Most clusters take no time at all: nothing is looked up for those.
  if (cost.read === cost.write && cost.write === cost.login) return cost.read
  return cost[kindOfWork(node, request)]
}
