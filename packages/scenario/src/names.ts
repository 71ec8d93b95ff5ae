/**
 * Names in scenario files: nodes, links, and what the file names itself (clients, saved values).
 * Always holds: a node or link that passes exists in this file's topology.
 */

import { linkId, nodeId, type LinkId, type NodeId } from '@fourtwelve/protocol'
import { z } from 'zod'
import { nearestWord } from './nearest-word.ts'
import type { PlaceOf } from './problem.ts'
import { refuse } from './section.ts'
import type { TraceSource } from './trace-source.ts'

/** What the schemas must know of the one file that they judge. */
export interface SchemaContext {
  /** Used when the file gives no name. */
  readonly name: string
  readonly nodes: readonly NodeId[]
  /** Where the file says how many there are. */
  readonly standbysKey: string
  readonly placeOf: PlaceOf
  readonly traces: TraceSource
  /** Presets of clients' behaviour that exist; null: not known here, so any word passes. */
  readonly mitigations: readonly string[] | null
  /** Laws that exist; null: not known here, so any word passes. */
  readonly laws: readonly string[] | null
}

/** Most nodes of a cluster: one active and this many standbys. */
export const STANDBYS_MAX = 15

/** `n0` to `n<standbys>`. */
export const nodeNames = (standbys: number): NodeId[] => Array.from({ length: standbys + 1 }, (_, at) => nodeId(at))

export function nodeName(context: SchemaContext): z.ZodType<NodeId> {
  return z
    .string()
    .meta({ pattern: '^n(1[0-5]|[0-9])$' })
    .transform((text, zod) => nodeNamed(text, context, zod))
}

/** The node of this name, or a problem with what the cluster has. */
export function nodeNamed(text: string, context: SchemaContext, zod: z.RefinementCtx): NodeId {
  const node = context.nodes.find((known) => known === text)
  return (
    node ?? refuse(zod, text, `is ${JSON.stringify(text)}, but ${thereAre(context)}`, meantNode(text, context.nodes))
  )
}

/** What is wrong when one of the words is the name of a node that this cluster has not; null when none is. */
export function missingNode(words: readonly string[], context: SchemaContext): string | null {
  const missing = words.find((word) => /^n\d+$/.test(word) && !context.nodes.some((node) => node === word))
  return missing === undefined ? null : `names ${missing}, but ${thereAre(context)}`
}

/** A link that carries the log at the start: from `n0` to one of the others. */
export function linkName(context: SchemaContext): z.ZodType<LinkId> {
  const [active, ...standbys] = context.nodes
  const links = active === undefined ? [] : standbys.map((standby) => linkId(active, standby))
  return z
    .string()
    .meta({ pattern: '^n0->n(1[0-5]|[1-9])$' })
    .transform((text, zod) => {
      const link = links.find((known) => known === text)
      if (link !== undefined) return link
      const [from = '', to = ''] = text.split('->', 2).map((end) => end.trim())
      const turned = links.find((known) => known === `${to}->${from}` || known === `${from}->${to}`)
      if (turned !== undefined) return refuse(zod, text, 'is no link: the log goes from n0 to a standby', turned)
      const missing = missingNode([from, to], context)
      if (missing !== null) return refuse(zod, text, missing)
      return refuse(zod, text, 'must be a link from n0 to a standby, such as n0->n1', nearestWord(text, links))
    })
}

/** Opens with what the cluster has, because the mistake may be there. */
function thereAre({ nodes, standbysKey }: SchemaContext): string {
  const names = nodes.length <= 2 ? nodes.join(' and ') : `${nodes[0]} to ${nodes[nodes.length - 1]}`
  return `this cluster has ${names} (\`${standbysKey}\` is ${nodes.length - 1})`
}

/** `node1`, `N1` and `n01` mean `n1`; `n7` in a cluster of three means nothing that we could guess. */
function meantNode(text: string, nodes: readonly NodeId[]): NodeId | null {
  const digits = /^\D*0*(\d+)$/.exec(text)?.[1]
  return nodes.find((node) => node === `n${digits}`) ?? null
}

const NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'
const NAME_RULE = new RegExp(NAME_PATTERN)

const isName = (text: string): boolean => NAME_RULE.test(text)

/** A name that the file gives to something. Without dots and braces, so that paths and metrics can hold it. */
export const ownName: z.ZodType<string, string> = z
  .string()
  .meta({ pattern: NAME_PATTERN })
  .superRefine((text, zod) => {
    if (!isName(text))
      refuse(zod, text, `must be a name of up to 64 letters, digits, "-" and "_", not ${JSON.stringify(text)}`)
  })

/** One word of a list that may not be known here. */
export function wordOf(known: readonly string[] | null, what: string): z.ZodType<string> {
  const schema = known === null ? z.string().meta({ pattern: NAME_PATTERN }) : z.string().meta({ enum: [...known] })
  return schema.superRefine((text, zod) => {
    if (known === null ? isName(text) : known.includes(text)) return
    const list = known === null ? '' : `: ${known.join(', ')}`
    refuse(zod, text, `must be ${what}${list}; not ${JSON.stringify(text)}`, nearestWord(text, known ?? []))
  })
}
