/**
 * From a verb of the control API and its JSON to orders for the cluster.
 * Always holds: every node and link in an order exists; keys that a verb does not know are refused, so that a misspelt one is
 * never taken for nothing.
 */

import type { ControlOrder, LagModel, NodeCondition } from '@fourtwelve/cluster'
import {
  linkId,
  micros,
  parseDuration,
  seconds,
  type JsonObject,
  type JsonValue,
  type LinkId,
  type Micros,
  type NodeId,
} from '@fourtwelve/protocol'

/** `refused` goes on from the word `lag` as one sentence. */
export type ReadLag = (value: JsonValue) => { readonly lag: LagModel } | { readonly refused: string }

export interface OrderSurroundings {
  /** The active node of the start first. */
  readonly nodes: readonly NodeId[]
  readonly readLag: ReadLag
}

type Read<T> = { readonly found: T } | { readonly refused: string }

interface Verb {
  /** All keys that its body may have. */
  readonly keys: readonly string[]
  readonly read: (body: JsonObject, around: OrderSurroundings) => Read<readonly ControlOrder[]>
}

const onLinks =
  (kind: 'hold' | 'release' | 'cut' | 'heal'): Verb['read'] =>
  (body, { nodes }) =>
    mapped(linksIn(body, nodes), (link): ControlOrder => ({ kind, link }))

const onNodes =
  (kind: 'pause' | 'resume' | 'kill' | 'restart'): Verb['read'] =>
  (body, { nodes }) =>
    mapped(nodesIn(body, nodes), (node): ControlOrder => ({ kind, node }))

const TABLE: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['lag', { keys: ['link', 'lag'], read: readLagOrder }],
  ['hold', { keys: ['link'], read: onLinks('hold') }],
  ['release', { keys: ['link'], read: onLinks('release') }],
  ['cut', { keys: ['link'], read: onLinks('cut') }],
  ['heal', { keys: ['link'], read: onLinks('heal') }],
  ['pause', { keys: ['node'], read: onNodes('pause') }],
  ['resume', { keys: ['node'], read: onNodes('resume') }],
  ['kill', { keys: ['node'], read: onNodes('kill') }],
  ['restart', { keys: ['node'], read: onNodes('restart') }],
  ['forwarding', { keys: ['node', 'delay', 'fails'], read: readForwarding }],
  ['condition', { keys: ['node', 'condition'], read: readCondition }],
  ['reset', { keys: [], read: () => ({ found: [{ kind: 'reset' }] }) }],
])

/** Every verb that changes something. */
export const VERBS: readonly string[] = [...TABLE.keys()]

/** `refused` is a sentence for the one who sent it. Throws for a verb that is not one of VERBS. */
export function readOrders(verb: string, body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const row = TABLE.get(verb)
  if (row === undefined) throw new Error(`${verb} is no verb of the control API: look into VERBS first`)
  const unknown = Object.keys(body).find((key) => !row.keys.includes(key))
  if (unknown !== undefined) {
    return {
      refused: `"${unknown}" is no known key: ${row.keys.length === 0 ? 'there are none' : row.keys.join(', ')}`,
    }
  }
  return row.read(body, around)
}

/** No forwarding is delayed for longer. */
const FORWARDING_DELAY_MAX = seconds(3600)
const CONDITIONS: readonly NodeCondition[] = ['normal', 'sealed', 'uninitialized', 'dr-secondary', 'plain-standby']

function readLagOrder(body: JsonObject, { nodes, readLag }: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { lag: written } = body
  if (written === undefined)
    return { refused: '"lag" is missing: give a duration such as "400ms", "raft", or {"dist": ...}' }
  const read = readLag(written)
  if ('refused' in read) return { refused: `lag ${read.refused}` }
  return mapped(linksIn(body, nodes), (link): ControlOrder => ({ kind: 'lag', link, lag: read.lag }))
}

function readForwarding(body: JsonObject, { nodes }: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { fails = false } = body
  if (typeof fails !== 'boolean') return { refused: '"fails" must be true or false' }
  const delay = readDelay(body['delay'] ?? 0)
  if (delay === null) return { refused: '"delay" must be a duration of at most 1h, such as "200ms"' }
  return mapped(nodesIn(body, nodes), (node): ControlOrder => ({ kind: 'forwarding', node, delay, fails }))
}

function readDelay(value: JsonValue): Micros | null {
  const time = value === 0 ? micros(0) : typeof value === 'string' ? parseDuration(value) : null
  return time === null || time < 0 || time > FORWARDING_DELAY_MAX ? null : time
}

function readCondition(body: JsonObject, { nodes }: OrderSurroundings): Read<readonly ControlOrder[]> {
  const condition = CONDITIONS.find((word) => word === body['condition'])
  if (condition === undefined) return { refused: `"condition" must be one of ${CONDITIONS.join(', ')}` }
  return mapped(nodesIn(body, nodes), (node): ControlOrder => ({ kind: 'condition', node, condition }))
}

/** `n0->n1`, or the standby's name alone; `all`, or nothing, for all links. */
function linksIn(body: JsonObject, nodes: readonly NodeId[]): Read<readonly LinkId[]> {
  const [active, ...standbys] = nodes
  if (active === undefined) throw new Error('a cluster has at least one node')
  const links = standbys.map((standby) => ({ standby, link: linkId(active, standby) }))
  const all = links.map(({ link }) => link)
  const { link: word = 'all' } = body
  if (all.length === 0) return { refused: 'this cluster has no standby, and so no link' }
  if (word === 'all') return { found: all }
  const found = links.find(({ standby, link }) => word === link || word === standby)
  if (found !== undefined) return { found: [found.link] }
  const cutOff =
    typeof word === 'string' && word.endsWith('-')
      ? ' (a shell takes > for itself: write n1, or put n0->n1 in quotes)'
      : ''
  return { refused: `there is no link ${JSON.stringify(word)}: there are ${all.join(', ')}${cutOff}` }
}

/** One node, or `all`. There is no default: what stops nodes should never do so by a word that was forgotten. */
function nodesIn(body: JsonObject, nodes: readonly NodeId[]): Read<readonly NodeId[]> {
  const { node: word } = body
  if (word === undefined) return { refused: `"node" is missing: give one of ${nodes.join(', ')}, or all` }
  if (word === 'all') return { found: nodes }
  const found = nodes.find((node) => node === word)
  return found === undefined
    ? { refused: `there is no node ${JSON.stringify(word)}: there are ${nodes.join(', ')}` }
    : { found: [found] }
}

const mapped = <A, B>(read: Read<readonly A[]>, map: (item: A) => B): Read<readonly B[]> =>
  'refused' in read ? read : { found: read.found.map(map) }
