/**
 * Who is meant by `active`, `standby` or `random`, now.
 * Always holds: a role is never a node that does not run; of two that take themselves for active, the one with the higher term is;
 * draws are made for `random` targets alone, in the order in which a target names its ends.
 */

import type { Chance, Fault, NodeStatus } from '@fourtwelve/cluster'
import { linkId, type LinkId, type NodeId } from '@fourtwelve/protocol'
import { addedLag } from './added-lag.ts'
import type { LeaderRole, LinkTarget, NodeTarget, PlannedFault } from './planned-fault.ts'
import { lagOfLink, type LagPlan } from './scenario.ts'

type Statuses = readonly Pick<NodeStatus, 'node' | 'running' | 'role' | 'term'>[]

/** Null while nobody is. */
export function activeNode(statuses: Statuses): NodeId | null {
  let found: Statuses[number] | null = null
  for (const status of statuses) {
    if (status.running && status.role === 'active' && (found === null || status.term > found.term)) found = status
  }
  return found?.node ?? null
}

/** The node that a request to a node or a role goes to; null while nobody has the role. */
export function nodeOfRole(target: NodeId | LeaderRole, statuses: Statuses): NodeId | null {
  if (target !== 'active' && target !== 'standby') return target
  const active = activeNode(statuses)
  if (target === 'active') return active
  return statuses.find(({ node, running }) => running && node !== active)?.node ?? null
}

export interface Resolving {
  readonly statuses: Statuses
  readonly chance: () => Chance
  readonly lag: LagPlan
}

/** The fault with the names of nodes in place of roles; null when a role is nobody's now. */
export function resolveFault(planned: PlannedFault, around: Resolving): Fault | null {
  if ('node' in planned) {
    const node = resolveNode(planned.node, around, null)
    return node === null ? null : { ...planned, node }
  }
  if (!('link' in planned)) return planned
  const link = resolveLink(planned.link, around)
  if (link === null) return null
  if (planned.kind !== 'add-lag') return { ...planned, link }
  const added = addedLag(lagOfLink(around.lag, link), planned.add)
  // The parser has tried every lag of the file.
  if ('refused' in added) throw new Error(`the fault on ${link} ${added.refused}`)
  return { kind: 'lag', link, lag: added.lag }
}

/** `except` is the link's other end. */
function resolveNode(target: NodeTarget, { statuses, chance }: Resolving, except: NodeId | null): NodeId | null {
  switch (target) {
    case 'active': {
      const active = activeNode(statuses)
      return active === except ? null : active
    }
    case 'standby':
    case 'random-standby':
    case 'random': {
      const active = target === 'random' ? null : activeNode(statuses)
      const able = statuses.filter(({ node, running }) => running && node !== active && node !== except)
      const at = target === 'standby' || able.length === 0 ? 0 : chance().below(able.length)
      return able[at]?.node ?? null
    }
    default:
      return target
  }
}

/** The end that leaves less choice is found first, so that the other one can differ from it. */
function resolveLink({ from, to }: LinkTarget, around: Resolving): LinkId | null {
  if (choiceOf(to) < choiceOf(from)) {
    const second = resolveNode(to, around, null)
    const first = second === null ? null : resolveNode(from, around, second)
    return first === null || second === null ? null : linkId(first, second)
  }
  const first = resolveNode(from, around, null)
  const second = first === null ? null : resolveNode(to, around, first)
  return first === null || second === null ? null : linkId(first, second)
}

/** Roles in the order of how much choice they leave; a name leaves none. */
const ROLES_BY_CHOICE: readonly string[] = ['active', 'standby', 'random-standby', 'random']

const choiceOf = (target: NodeTarget): number => ROLES_BY_CHOICE.indexOf(target)
