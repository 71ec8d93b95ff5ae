/**
 * From a verb of the control API and its JSON to orders for the cluster.
 * Always holds: every node and link in an order exists; keys that a verb does not know are refused, so that a misspelt one is
 * never taken for nothing.
 */

import type { ClusterState, ControlOrder, LagModel, NodeCondition } from '@fourtwelve/cluster'
import {
  micros,
  parseDuration,
  seconds,
  type JsonObject,
  type JsonValue,
  type Micros,
  type NodeId,
} from '@fourtwelve/protocol'
import { leadersIn, linksIn, mapped, nodesIn, type Read } from './control-targets.ts'

/** `refused` goes on from the word `lag` as one sentence. */
export type ReadLag = (value: JsonValue) => { readonly lag: LagModel } | { readonly refused: string }

export interface OrderSurroundings {
  readonly nodes: readonly NodeId[]
  readonly readLag: ReadLag
  /** How the cluster is now: it says who `active` and `standby` are. */
  readonly state: ClusterState
}

interface Verb {
  /** All keys that its body may have. */
  readonly keys: readonly string[]
  readonly read: (body: JsonObject, around: OrderSurroundings) => Read<readonly ControlOrder[]>
}

/** `ends`: the mark of the links that it is for, when it ends something. */
const onLinks = (kind: 'hold' | 'release' | 'heal', ends: 'held' | 'cut' | null = null): Verb => ({
  keys: ['link'],
  read: (body, around) => mapped(linksIn(body, around, ends), (link): ControlOrder => ({ kind, link })),
})

const onNodes = (kind: 'pause' | 'resume' | 'restart'): Verb => ({
  keys: ['node'],
  read: (body, around) => mapped(nodesIn(body, around), (node): ControlOrder => ({ kind, node })),
})

const onCluster = (kind: 'promote' | 'backup' | 'restore' | 'reset'): Verb => ({
  keys: [],
  read: () => ({ found: [{ kind }] }),
})

const slower = (kind: 'slow-disk' | 'slow-apply' | 'clock-skew', example: string): Verb => ({
  keys: ['node', 'by'],
  read(body, around) {
    const by = readTime(body['by'] ?? null, kind === 'clock-skew')
    if (by === null) return { refused: `"by" must be a duration of at most 1h, such as ${example}; "0s" ends it` }
    return mapped(nodesIn(body, around), (node): ControlOrder => ({ kind, node, by }))
  },
})

const TABLE: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['lag', { keys: ['link', 'lag'], read: readLagOrder }],
  ['hold', onLinks('hold')],
  ['release', onLinks('release', 'held')],
  ['cut', { keys: ['link', 'one_way'], read: readCut }],
  ['heal', onLinks('heal', 'cut')],
  ['pause', onNodes('pause')],
  ['resume', onNodes('resume')],
  ['kill', { keys: ['node', 'loses'], read: readKill }],
  ['restart', onNodes('restart')],
  ['forwarding', { keys: ['node', 'delay', 'fails'], read: readForwarding }],
  ['slow-disk', slower('slow-disk', '"20ms"')],
  ['slow-apply', slower('slow-apply', '"200ms"')],
  ['clock-skew', slower('clock-skew', '"5s" or "-5s"')],
  ['shipper-buffer', { keys: ['node', 'entries'], read: readShipperBuffer }],
  ['step-down', { keys: ['node'], read: readStepDown }],
  ['promote', onCluster('promote')],
  ['backup', onCluster('backup')],
  ['restore', onCluster('restore')],
  ['condition', { keys: ['node', 'condition'], read: readCondition }],
  ['reset', onCluster('reset')],
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

/** No delay of an order is longer, and no clock further off. */
const DELAY_MAX = seconds(3600)
/** More entries than a buffer can hold. */
const ENTRIES_MAX = 10_000_000
const CONDITIONS: readonly NodeCondition[] = ['normal', 'sealed', 'uninitialized', 'dr-secondary', 'plain-standby']

function readLagOrder(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { lag: written } = body
  if (written === undefined)
    return { refused: '"lag" is missing: give a duration such as "400ms", "raft", or {"dist": ...}' }
  const read = around.readLag(written)
  if ('refused' in read) return { refused: `lag ${read.refused}` }
  return mapped(linksIn(body, around), (link): ControlOrder => ({ kind: 'lag', link, lag: read.lag }))
}

function readCut(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { one_way: oneWay = false } = body
  if (typeof oneWay !== 'boolean') return { refused: '"one_way" must be true or false' }
  return mapped(linksIn(body, around), (link): ControlOrder => ({ kind: 'cut', link, oneWay }))
}

function readKill(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { loses = 'unflushed' } = body
  if (loses !== 'unflushed' && loses !== 'nothing') return { refused: '"loses" must be unflushed or nothing' }
  return mapped(nodesIn(body, around), (node): ControlOrder => ({ kind: 'kill', node, loses }))
}

function readForwarding(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { fails = false } = body
  if (typeof fails !== 'boolean') return { refused: '"fails" must be true or false' }
  const delay = readTime(body['delay'] ?? 0, false)
  if (delay === null) return { refused: '"delay" must be a duration of at most 1h, such as "200ms"' }
  return mapped(nodesIn(body, around), (node): ControlOrder => ({ kind: 'forwarding', node, delay, fails }))
}

function readShipperBuffer(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const { entries = null } = body
  const isCount = typeof entries === 'number' && Number.isInteger(entries) && entries >= 1 && entries <= ENTRIES_MAX
  if (entries !== null && !isCount)
    return { refused: '"entries" must be a whole number of at least 1; without it as many as configured' }
  const held = isCount ? entries : null
  return mapped(nodesIn(body, around), (node): ControlOrder => ({ kind: 'shipper-buffer', node, entries: held }))
}

function readStepDown(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  return mapped(leadersIn(body, around), (node): ControlOrder => ({ kind: 'step-down', node }))
}

function readTime(value: JsonValue, mayBeNegative: boolean): Micros | null {
  const time = value === 0 ? micros(0) : typeof value === 'string' ? parseDuration(value) : null
  if (time === null || Math.abs(time) > DELAY_MAX) return null
  return time < 0 && !mayBeNegative ? null : time
}

function readCondition(body: JsonObject, around: OrderSurroundings): Read<readonly ControlOrder[]> {
  const condition = CONDITIONS.find((word) => word === body['condition'])
  if (condition === undefined) return { refused: `"condition" must be one of ${CONDITIONS.join(', ')}` }
  return mapped(nodesIn(body, around), (node): ControlOrder => ({ kind: 'condition', node, condition }))
}
