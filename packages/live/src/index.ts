/** A cluster of worker threads on LMDB, with real cryptography. */

export { BadFolder } from './cluster-folder.ts'
export { startLiveCluster, type LiveCluster, type LiveOptions } from './live-cluster.ts'
export { hostNode, REQUESTS_PER_NODE, type NodeHost } from './node-host.ts'
export type { LiveStatus, NodeOrder, NodeSetup } from './node-setup.ts'
export type { StorageMode } from './node-storage.ts'
export type { NodeThreadData } from './node-thread.ts'
export { createRealCrypto, generateKeys, type ClusterKeys } from './real-crypto.ts'
