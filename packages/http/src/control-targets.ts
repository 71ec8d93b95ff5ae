/**
 * Whom an order of the control API is for: nodes and links by name, by role, or all.
 * Always holds: every node and link that is found exists; a role is looked up in the cluster's state of this moment; what stops
 * nodes is never done to all by a word that was forgotten.
 */

import type { ClusterState } from '@fourtwelve/cluster'
import { linkId, type JsonObject, type JsonValue, type LinkId, type NodeId } from '@fourtwelve/protocol'
import { nobodyActive } from './control-nobody-active.ts'
import { activeIn } from './control-state.ts'

export type Read<T> = { readonly found: T } | Refused

interface Refused {
  /** A sentence for the one who ordered it. */
  readonly refused: string
  /** The order makes sense, but cannot be carried out as the cluster is now. */
  readonly notNow?: true
}

const notNow = (refused: string): Refused => ({ refused, notNow: true })

/** What is known of a cluster when an order is read. */
export interface Targets {
  readonly nodes: readonly NodeId[]
  readonly state: ClusterState
}

const ROLES = ['active', 'standby'] as const

/** One node, a role, or `all`. */
export function nodesIn(body: JsonObject, around: Targets): Read<readonly NodeId[]> {
  const { nodes } = around
  const { node: word = null } = body
  if (word === null) return { refused: `"node" is missing: give one of ${nodes.join(', ')}, active, standby, or all` }
  if (word === 'all') return { found: nodes }
  const found = nodeNamed(word, around)
  return 'refused' in found ? found : { found: [found.found] }
}

function nodeNamed(word: JsonValue, { nodes, state }: Targets): Read<NodeId> {
  const found = nodes.find((node) => node === word)
  if (found !== undefined) return { found }
  if (!ROLES.some((role) => role === word)) {
    return { refused: `there is no node ${JSON.stringify(word)}: there are ${nodes.join(', ')}` }
  }
  const active = activeIn(state.nodes)
  if (word === 'active') return active === null ? notNow(nobodyActive(state, 'name a node')) : { found: active }
  const standby = state.nodes.find(({ node, running }) => running && node !== active)
  return standby === undefined ? notNow('no standby runs now') : { found: standby.node }
}

/** The nodes that can give a leadership up: the one that is named, or whichever is active, also of several that take themselves for it. */
export function leadersIn(body: JsonObject, around: Targets): Read<readonly NodeId[]> {
  const { state } = around
  const { node: word = 'active' } = body
  const leaders = state.nodes.filter(({ running, role }) => running && role === 'active').map(({ node }) => node)
  if (leaders.length === 0 && (word === 'active' || word === 'all')) return notNow(nobodyActive(state, null))
  if (word === 'all') return { found: leaders }
  const named = nodeNamed(word, around)
  if ('refused' in named) return named
  const { found } = named
  if (leaders.includes(found)) return { found: [found] }
  const active = activeIn(state.nodes)
  const who =
    active === null ? nobodyActive(state, null) : `${active} is (step-down without a node is for whichever is)`
  return notNow(`${found} is not active, and so has no leadership to give up: ${who}`)
}

/**
 * `n0->n1` between any two nodes; `n1` alone, from the active node to it; `all`, or nothing, from the active node to every other.
 * What ends something is for links with that mark too, whoever led when they got it; and while nobody leads, the links that the
 * state tells stand in: what was cut so that nobody leads must be healed by the same word.
 */
export function linksIn(
  body: JsonObject,
  around: Targets,
  ends: 'held' | 'cut' | null = null,
): Read<readonly LinkId[]> {
  const { nodes, state } = around
  const { link: word = 'all' } = body
  if (nodes.length < 2) return { refused: 'this cluster has no standby, and so no link' }
  const active = activeIn(state.nodes)
  const known = state.links.map(({ link }) => link)
  const usual = active === null ? known : nodes.filter((node) => node !== active).map((node) => linkId(active, node))
  const marked = ends === null ? [] : state.links.filter((link) => link[ends]).map(({ link }) => link)
  const all = [...new Set([...usual, ...marked])]
  if (word === 'all') return { found: all }
  const none = { refused: `there is no link ${JSON.stringify(word)}: there are ${all.join(', ')}${cutOff(word)}` }
  if (typeof word !== 'string') return none
  const [from = '', to] = word.split('->', 2)
  const second = nodeNamed(to ?? from, around)
  if ('refused' in second) return isRole(to ?? from) ? second : none
  const end = second.found
  if (to === undefined) {
    const here = all.filter((link) => link.endsWith(`->${end}`))
    if (here.length > 0) return { found: active === null || ends !== null ? here : here.slice(0, 1) }
    return active === end
      ? { refused: `there is no such link: ${word} is the active node itself` }
      : notNow(nobodyActive(state, `name both ends of the link to ${word}`))
  }
  const first = nodeNamed(from, around)
  if ('refused' in first) return isRole(from) ? first : none
  if (first.found === end) return { refused: `there is no such link: ${word} joins a node with itself` }
  return { found: [linkId(first.found, end)] }
}

const isRole = (word: string | undefined): boolean => ROLES.some((role) => role === word)

const cutOff = (word: JsonValue): string =>
  typeof word === 'string' && word.endsWith('-')
    ? ' (a shell takes > for itself: write n1, or put n0->n1 in quotes)'
    : ''

export const mapped = <A, B>(read: Read<readonly A[]>, map: (item: A) => B): Read<readonly B[]> =>
  'refused' in read ? read : { found: read.found.map(map) }
