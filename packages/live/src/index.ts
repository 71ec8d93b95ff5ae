/** A cluster of worker threads on LMDB, with real cryptography: from outside. What runs in a thread is beside it, in
 *  `@fourtwelve/live/node-host`. */

export { BadFolder } from './cluster-folder.ts'
export { startLiveCluster, type LiveCluster } from './live-cluster.ts'
export type { LiveOptions } from './live-options.ts'
export type { LiveStatus, NodeOrder, NodeSetup } from './node-setup.ts'
export type { StorageMode } from './node-storage.ts'
export type { NodeThreadData } from './node-thread.ts'
export { createRealCrypto, generateKeys, type ClusterKeys } from './real-crypto.ts'
