/** One Vault node as a synchronous function. Pure. */

export { foundCluster, joinCluster, type Founding } from './bootstrap.ts'
export type { Effect } from './effect.ts'
export { OWN_WORK, type NodeEvent, type RequestId } from './event.ts'
export type { NodeAddress } from './node-address.ts'
export type { NodeCondition } from './node-condition.ts'
export { type NodeOptions, type NodeState, type Role } from './node-state.ts'
export type { PeerMessage, Snapshot } from './peers/peer-message.ts'
export { recoverNode, type Recovered } from './recover.ts'
export { kindOfWork } from './request/kind-of-work.ts'
export { step } from './step.ts'
