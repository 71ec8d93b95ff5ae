/** Vault's HTTP around any node of a cluster: bytes in, VaultRequest out, reply back. Decides nothing that the node decides.
 *  The client's side is beside it, in `@fourtwelve/http/transport`: what serves need not load it. */

export { DEFAULT_LIMITS, type ServerLimits, type VaultServerOptions } from './server-options.ts'
export { createVaultServer, type VaultServer } from './vault-server.ts'
export { createBalancer, type Backend, type Balancer } from './balancer.ts'
export { readOrders, type ReadLag } from './control-orders.ts'
export { createControlServer, refusalText, type ControlServer } from './control-server.ts'
export { activeIn, stateJson } from './control-state.ts'
