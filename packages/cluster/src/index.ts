/** What every cluster is. Knows nothing of the node. Pure. */

export type { Answer, Chance, Cluster, NodeStatus } from './cluster.ts'
export type { Fault } from './fault.ts'
export { RAFT_HEARTBEAT_MS, type Distribution, type LagModel, type Spikes } from './lag-model.ts'
