/**
 * What a test may do to its cluster, as methods: the verbs of the control API without HTTP.
 * Always holds: a promise is kept when the cluster has done it, on every node that it concerns.
 */

import type { ClusterControl, ClusterState, ControlOutcome, NodeCondition } from '@fourtwelve/cluster'
import { activeIn, readOrders, refusalText, stateJson } from '@fourtwelve/http'
import type { HistoryRecord, JsonObject, JsonValue } from '@fourtwelve/protocol'
import { readLinkLag } from '@fourtwelve/scenario'

/**
 * What may be done to the cluster. A node is `n1`, `active`, `standby` or `all`. A link is `n0->n1`; `n1` alone is the link from the
 * active node to it; without one, all links from the active node are meant. Throws what is refused.
 */
export interface TestControl {
  /** Every node and link, as `GET /state` of the control API tells them. */
  state(): Promise<JsonObject>
  lag(link: string, lag: JsonValue): Promise<void>
  /** Lets a standby apply nothing more; acknowledgements go on. */
  hold(link?: string): Promise<void>
  release(link?: string): Promise<void>
  /** Ends everything between two nodes; `oneWay`: only what the first says to the second. */
  cut(link?: string, change?: { readonly oneWay?: boolean }): Promise<void>
  heal(link?: string): Promise<void>
  pause(node: string): Promise<void>
  resume(node: string): Promise<void>
  /** As SIGKILL. `loses: 'nothing'` keeps what was handed to the disk and not flushed. */
  kill(node: string, change?: { readonly loses?: 'unflushed' | 'nothing' }): Promise<void>
  restart(node: string): Promise<void>
  /** What a node asks of the active node takes so much longer, or fails; nothing given: as usual again. */
  forwarding(node: string, change?: { readonly delay?: string; readonly fails?: boolean }): Promise<void>
  /** Every flush of the node's disk takes so much longer; `0s` ends it. */
  slowDisk(node: string, by: string): Promise<void>
  /** The node applies so much later than its link lags; `0s` ends it. */
  slowApply(node: string, by: string): Promise<void>
  /** The node's clock is so far ahead of the others', or with a minus behind; `0s` ends it. */
  clockSkew(node: string, by: string): Promise<void>
  /** The log shipper's buffer of the node holds so many entries; without a number as many as configured. */
  shipperBuffer(node: string, entries?: number): Promise<void>
  /** The active node gives its leadership up. Throws for a node that is not active. */
  stepDown(node?: string): Promise<void>
  /** The cluster is lost, and its DR secondary takes its place: the epoch rises, the log is numbered anew. */
  promote(): Promise<void>
  /** Keeps a copy of what is committed now. */
  backup(): Promise<void>
  /** Puts the last backup back: later writes are gone. */
  restore(): Promise<void>
  condition(node: string, condition: NodeCondition): Promise<void>
  /** Until a standby has applied all that the active node has now. Throws when it takes longer than `withinMs` (default 10 s). */
  untilApplied(node: string, withinMs?: number): Promise<void>
  /** Until a node is active, after a kill, a step-down or a cut; answers which. Throws when it takes longer than `withinMs` (default
   *  30 s: elections begin after once to twice `election_timeout`, 5 s unless the configuration says otherwise). */
  untilLed(withinMs?: number): Promise<string>
  /** An empty cluster as at its start, within 100 ms; answers its root token. */
  reset(): Promise<string>
  /** All that happened since the start or the last reset, in order. */
  history(): Promise<readonly HistoryRecord[]>
}

/** How often `untilApplied` looks, and how long it does at most when nobody says, in milliseconds. */
const LOOK_EVERY_MS = 5
const APPLIED_WITHIN_MS = 10_000
const LED_WITHIN_MS = 30_000

export function testControl(control: ClusterControl): TestControl {
  const state = (): Promise<ClusterState> => new Promise((told) => control.state(told))

  const perform = async (verb: string, body: JsonObject): Promise<ClusterState> => {
    const orders = readOrders(verb, body, { nodes: control.nodes, readLag: readLinkLag, state: await state() })
    if ('refused' in orders) throw new Error(`control.${verb}: ${orders.refused}`)
    let after: ClusterState | null = null
    for (const [at, order] of orders.found.entries()) {
      const outcome = await new Promise<ControlOutcome>((done) => control.carryOut(order, done))
      if (outcome.kind === 'refused')
        throw new Error(`control.${verb}: ${refusalText(outcome.why, orders.found.slice(0, at))}`)
      after = outcome.state
    }
    return after ?? state()
  }
  const onLink =
    (verb: string) =>
    async (link = 'all'): Promise<void> =>
      void (await perform(verb, { link }))
  const onNode =
    (verb: string) =>
    async (node: string): Promise<void> =>
      void (await perform(verb, { node }))

  const slower =
    (verb: string) =>
    async (node: string, by: string): Promise<void> =>
      void (await perform(verb, { node, by }))

  return {
    state: async () => stateJson(await state()),
    lag: async (link, lag) => void (await perform('lag', { link, lag })),
    hold: onLink('hold'),
    release: onLink('release'),
    cut: async (link = 'all', { oneWay = false } = {}) => void (await perform('cut', { link, one_way: oneWay })),
    heal: onLink('heal'),
    pause: onNode('pause'),
    resume: onNode('resume'),
    kill: async (node, change = {}) => void (await perform('kill', { node, ...change })),
    restart: onNode('restart'),
    forwarding: async (node, change = {}) => void (await perform('forwarding', { node, ...change })),
    slowDisk: slower('slow-disk'),
    slowApply: slower('slow-apply'),
    clockSkew: slower('clock-skew'),
    shipperBuffer: async (node, entries) =>
      void (await perform('shipper-buffer', { node, ...(entries === undefined ? {} : { entries }) })),
    stepDown: async (node = 'active') => void (await perform('step-down', { node })),
    promote: async () => void (await perform('promote', {})),
    backup: async () => void (await perform('backup', {})),
    restore: async () => void (await perform('restore', {})),
    condition: async (node, condition) => void (await perform('condition', { node, condition })),
    untilApplied: (node, withinMs = APPLIED_WITHIN_MS) => untilApplied(state, node, withinMs),
    async untilLed(withinMs = LED_WITHIN_MS) {
      for (const end = performance.now() + withinMs; performance.now() < end;) {
        const active = activeIn((await state()).nodes)
        if (active !== null) return active
        await new Promise((goOn) => setTimeout(goOn, LOOK_EVERY_MS))
      }
      throw new Error(
        `untilLed: after ${withinMs} ms no node is active: does a majority of the nodes run, linked to each other?`,
      )
    },
    async reset() {
      const { rootToken } = await perform('reset', {})
      if (rootToken === null) throw new Error('a cluster that was just founded does not know its root token')
      return rootToken
    },
    history: () => new Promise((told) => control.history(told)),
  }
}

async function untilApplied(state: () => Promise<ClusterState>, node: string, withinMs: number): Promise<void> {
  const { nodes } = await state()
  const active = activeIn(nodes)
  const head = nodes.find((other) => other.node === active)?.received
  if (head == null) throw new Error('untilApplied: no active node runs, so there is nothing to wait for')
  const end = performance.now() + withinMs
  for (;;) {
    const here = (await state()).nodes.find((other) => other.node === node)
    if (here === undefined) throw new Error(`untilApplied: there is no node ${node}`)
    if (here.applied !== null && here.applied >= head) return
    if (performance.now() > end) {
      throw new Error(
        `untilApplied: after ${withinMs} ms ${node} has applied ${here.applied ?? 'nothing'}, not ${head}`,
      )
    }
    await new Promise((goOn) => setTimeout(goOn, LOOK_EVERY_MS))
  }
}
