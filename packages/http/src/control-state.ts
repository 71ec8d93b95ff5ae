/** The state of a cluster as the control API tells it. Always holds: no secret is in it. */

import { lagWords, type ClusterState, type LinkControlState, type NodeControlState } from '@fourtwelve/cluster'
import { formatDuration, type JsonObject, type NodeId } from '@fourtwelve/protocol'

/** The node that leads: of two that take themselves for active, the one with the higher term. Null while none does. */
export function activeIn(nodes: readonly NodeControlState[]): NodeId | null {
  let found: NodeControlState | null = null
  for (const state of nodes) {
    if (!state.running || state.role !== 'active') continue
    if (found === null || (state.term ?? 0) > (found.term ?? 0)) found = state
  }
  return found?.node ?? null
}

export function stateJson({ cluster, nodes, links }: ClusterState): JsonObject {
  const active = activeIn(nodes)
  const head = nodes.find(({ node }) => node === active)?.received ?? null
  return { cluster_id: cluster, nodes: nodes.map((node) => nodeJson(node, head)), links: links.map(linkJson) }
}

function nodeJson(state: NodeControlState, head: number | null): JsonObject {
  const { node, address, running, paused, role, term, condition, received, applied, chain, forwarding } = state
  return {
    node,
    address,
    running,
    paused,
    role,
    term,
    condition,
    received,
    applied,
    chain,
    /** Entries that the active node has and reads do not see here. */
    behind: head === null || applied === null ? null : Math.max(0, head - applied),
    forwarding: { delay: formatDuration(forwarding.delay), fails: forwarding.fails },
  }
}

const linkJson = ({ link, lag, held, cut }: LinkControlState): JsonObject => ({ link, lag: lagWords(lag), held, cut })
