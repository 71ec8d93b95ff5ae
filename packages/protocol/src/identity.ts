/** Names of clusters and nodes. Always holds: a node's name is stable (`n0`, `n1`, ...) and says nothing of its role. */

export type NodeId = string & { readonly NodeId: unique symbol }
export type ClusterId = string & { readonly ClusterId: unique symbol }

export const nodeId = (ordinal: number): NodeId => `n${ordinal}` as NodeId

/** The link that carries the log from one node to another: `n0->n1`. */
export type LinkId = `${string}->${string}`
export const linkId = (from: NodeId, to: NodeId): LinkId => `${from}->${to}`
