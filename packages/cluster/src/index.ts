/** What every cluster is. Knows nothing of the node. Pure. */

export { createApplyGate, type ApplyGate } from './apply-gate.ts'
export type { Answer, Chance, Cluster, NodeStatus } from './cluster.ts'
export type {
  ClusterControl,
  ClusterState,
  ControlOrder,
  ControlOutcome,
  LinkControlState,
  NodeCondition,
  NodeControlState,
} from './cluster-control.ts'
export type { ClusterFault, Fault, FaultKind, LinkFault, NodeFault } from './fault.ts'
export { faultNote, faultTarget } from './fault-note.ts'
export { distributionDefect, lagDefect, LONGEST_LAG } from './lag-defect.ts'
export { RAFT_HEARTBEAT_MS, type Distribution, type LagModel, type Spikes } from './lag-model.ts'
export { lagWords } from './lag-words.ts'
export { sampler } from './lag-sampler.ts'
export { parseTrace, type Trace } from './trace-csv.ts'
export { CONFORMANCE_CASES } from './conformance-cases.ts'
export { playCase, type ConformanceCase, type Wanted } from './conformance.ts'
