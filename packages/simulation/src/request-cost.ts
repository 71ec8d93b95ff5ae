/** How long a request keeps a node busy: by what it is, not by how it ends. */

import type { Micros, VaultRequest } from '@fourtwelve/protocol'
import type { ServiceCost } from './simulation-options.ts'

const LOGIN_PATH = /^auth\/[^/]+\/login(\/|$)/

export function requestCost(cost: ServiceCost, request: VaultRequest): Micros {
  if (LOGIN_PATH.test(request.path)) return cost.login
  return request.method === 'GET' || request.method === 'LIST' || request.method === 'HEAD' ? cost.read : cost.write
}
