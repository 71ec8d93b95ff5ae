/**
 * What is told when an order needs the active node and there is none: what the nodes do instead, and what to do about it.
 * Always holds: waiting is recommended only while an election can come to an end.
 */

import type { ClusterState, NodeControlState } from '@fourtwelve/cluster'

/** A sentence for the one who ordered it; `instead` is what to do in place of waiting, such as `name a node`, if anything is. */
export function nobodyActive({ nodes, links }: ClusterState, instead: string | null): string {
  const alive = nodes.filter(({ running, paused }) => running && !paused).length
  const doing = nodes.map((state) => `${state.node} ${doingOf(state)}`).join(', ')
  const remedies = instead === null ? [] : [instead]
  if (alive <= nodes.length / 2) {
    remedies.push('bring a majority back (restart, resume)')
    return `no node is active now, and no election can end with ${alive} of ${nodes.length} nodes running: ${doing}: ${remedies.join(', or ')}`
  }
  const cut = links.filter((link) => link.cut).map(({ link }) => link)
  if (cut.length > 0) remedies.push(`heal what is cut (${cut.join(', ')})`)
  remedies.push('wait until one is active (`fourtwelve ctl state`, GET /state)')
  return `no node is active now: ${doing}: ${remedies.join(', or ')}`
}

function doingOf({ running, paused, role }: NodeControlState): string {
  if (!running || role === null) return 'does not run'
  if (paused) return 'is paused'
  switch (role) {
    case 'performance-standby':
      return 'has not missed the last one yet'
    case 'standby':
      return 'is electing'
    case 'active':
      throw new Error('an active node runs: ask activeIn first')
  }
}
