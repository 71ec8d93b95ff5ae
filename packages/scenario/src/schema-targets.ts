/**
 * Whom faults and requests are for: nodes and links by name, or by the role that a node has at that moment.
 * Always holds: a name that passes exists in this file's topology; no link joins a node with itself.
 */

import type { NodeId } from '@fourtwelve/protocol'
import { z } from 'zod'
import { missingNode, nodeNamed, type SchemaContext } from './names.ts'
import { nearestWord } from './nearest-word.ts'
import {
  LEADER_ROLES,
  NODE_ROLES,
  type LeaderRole,
  type LinkTarget,
  type NodeRole,
  type NodeTarget,
} from './planned-fault.ts'
import { refuse } from './section.ts'

const NODE_PATTERN = 'n(1[0-5]|[0-9])'
const patternOf = (roles: readonly string[]): string => `(${NODE_PATTERN}|${roles.join('|')})`

/** A node's name, or `active` or `standby`: where a request is sent. */
export const nodeOrLeader = (context: SchemaContext): z.ZodType<NodeId | LeaderRole> =>
  nodeOrRole(context, LEADER_ROLES)

/** A node's name, or any role. */
export const nodeTarget = (context: SchemaContext): z.ZodType<NodeTarget> => nodeOrRole(context, NODE_ROLES)

function nodeOrRole<R extends NodeRole>(context: SchemaContext, roles: readonly R[]): z.ZodType<NodeId | R> {
  return z
    .string()
    .meta({ pattern: `^${patternOf(roles)}$` })
    .transform((text, zod): NodeId | R => {
      const role = roles.find((word) => word === text)
      if (role !== undefined) return role
      if (/\d/.test(text)) return nodeNamed(text, context, zod)
      const message = `must be a node such as n0, or one of ${roles.join(', ')}, not ${JSON.stringify(text)}`
      return refuse(zod, text, message, nearestWord(text, roles))
    })
}

/** `n0->n1`, `active->n1`, `random->standby`; `random` alone is a link between any two nodes. */
export function linkTarget(context: SchemaContext): z.ZodType<LinkTarget> {
  const end = patternOf(NODE_ROLES)
  const endNamed = (text: string): NodeTarget | null =>
    NODE_ROLES.find((word) => word === text) ?? context.nodes.find((node) => node === text) ?? null
  return z
    .string()
    .meta({ pattern: `^(random|${end}->${end})$` })
    .transform((text, zod): LinkTarget => {
      if (text === 'random') return { from: 'random', to: 'random' }
      const words = text.split('->', 2)
      const [from = null, to = null] = words.map(endNamed)
      if (from === null || to === null) {
        const missing = missingNode(words, context)
        if (missing !== null) return refuse(zod, text, missing)
        const message = `must be a link such as n0->n1 or active->n1, or random, not ${JSON.stringify(text)}`
        return refuse(zod, text, message, meantLink(text, words, context))
      }
      const isSame = from === to && (from === 'active' || context.nodes.some((node) => node === from))
      return isSame ? refuse(zod, text, 'joins a node with itself: name two') : { from, to }
    })
}

function meantLink(text: string, words: readonly string[], { nodes }: SchemaContext): string | null {
  const [first = '', second] = words.map((word) => word.trim())
  const known: readonly string[] = [...nodes, ...NODE_ROLES]
  if (second === undefined) {
    if (nodes.some((node) => node === first)) return `active->${first}`
    if (first !== 'active' && NODE_ROLES.some((role) => role === first)) return `active->${first}`
    return nearestWord(text, ['random', ...nodes.slice(1).map((node) => `n0->${node}`)])
  }
  const [from, to] = [first, second].map((word) => (known.includes(word) ? word : nearestWord(word, known)))
  return from == null || to == null || from === to ? null : `${from}->${to}`
}
