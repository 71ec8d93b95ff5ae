/** The state of a cluster as the control API tells it. Always holds: no secret is in it. */

import { lagWords, type ClusterState, type LinkControlState, type NodeControlState } from '@fourtwelve/cluster'
import { formatDuration, type JsonObject } from '@fourtwelve/protocol'

export function stateJson({ cluster, nodes, links }: ClusterState): JsonObject {
  const head = nodes.find(({ role }) => role === 'active')?.received ?? null
  return { cluster_id: cluster, nodes: nodes.map((node) => nodeJson(node, head)), links: links.map(linkJson) }
}

function nodeJson(state: NodeControlState, head: number | null): JsonObject {
  const { node, address, running, paused, role, condition, received, applied, chain, forwarding } = state
  return {
    node,
    address,
    running,
    paused,
    role,
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
