/** A cluster in virtual time. Pure. */

export { createEntropy, type Entropy, type Stream } from './entropy.ts'
export { RUN_BEGINS_AT } from './simulated-node.ts'
export { createSimulation, type Simulation } from './simulated-cluster.ts'
export type { ServiceCost, SimulationOptions } from './simulation-options.ts'
export { createStandInCrypto } from './stand-in-crypto.ts'
