/**
 * What a test may do to its cluster, as methods: the verbs of the control API without HTTP.
 * Always holds: a promise is kept when the cluster has done it, on every node that it concerns.
 */

import type { ClusterControl, ClusterState, NodeCondition } from '@fourtwelve/cluster'
import { readOrders, stateJson } from '@fourtwelve/http'
import type { HistoryRecord, JsonObject, JsonValue } from '@fourtwelve/protocol'
import { readLinkLag } from '@fourtwelve/scenario'

/** What may be done to the cluster. A link is named by its standby (`n1`); without one, all links are meant. Throws what is refused. */
export interface TestControl {
  /** Every node and link, as `GET /state` of the control API tells them. */
  state(): Promise<JsonObject>
  lag(link: string, lag: JsonValue): Promise<void>
  /** Lets a standby apply nothing more; acknowledgements go on. */
  hold(link?: string): Promise<void>
  release(link?: string): Promise<void>
  cut(link?: string): Promise<void>
  heal(link?: string): Promise<void>
  pause(node: string): Promise<void>
  resume(node: string): Promise<void>
  kill(node: string): Promise<void>
  restart(node: string): Promise<void>
  /** What a node asks of the active node takes so much longer, or fails; nothing given: as usual again. */
  forwarding(node: string, change?: { readonly delay?: string; readonly fails?: boolean }): Promise<void>
  condition(node: string, condition: NodeCondition): Promise<void>
  /** Until a standby has applied all that the active node has now. Throws when it takes longer than `withinMs` (default 10 s). */
  untilApplied(node: string, withinMs?: number): Promise<void>
  /** An empty cluster as at its start, within 100 ms; answers its root token. */
  reset(): Promise<string>
  /** All that happened since the start or the last reset, in order. */
  history(): Promise<readonly HistoryRecord[]>
}

/** How often `untilApplied` looks, and how long it does at most when nobody says, in milliseconds. */
const LOOK_EVERY_MS = 5
const APPLIED_WITHIN_MS = 10_000

export function testControl(control: ClusterControl): TestControl {
  const state = (): Promise<ClusterState> => new Promise((told) => control.state(told))

  const perform = async (verb: string, body: JsonObject): Promise<ClusterState> => {
    const orders = readOrders(verb, body, { nodes: control.nodes, readLag: readLinkLag })
    if ('refused' in orders) throw new Error(`control.${verb}: ${orders.refused}`)
    let after: ClusterState | null = null
    for (const order of orders.found) {
      after = await new Promise<ClusterState>((done, fail) =>
        control.carryOut(order, (outcome) =>
          outcome.kind === 'done' ? done(outcome.state) : fail(new Error(`control.${verb}: ${outcome.why}`)),
        ),
      )
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

  return {
    state: async () => stateJson(await state()),
    lag: async (link, lag) => void (await perform('lag', { link, lag })),
    hold: onLink('hold'),
    release: onLink('release'),
    cut: onLink('cut'),
    heal: onLink('heal'),
    pause: onNode('pause'),
    resume: onNode('resume'),
    kill: onNode('kill'),
    restart: onNode('restart'),
    forwarding: async (node, change = {}) => void (await perform('forwarding', { node, ...change })),
    condition: async (node, condition) => void (await perform('condition', { node, condition })),
    untilApplied: (node, withinMs = APPLIED_WITHIN_MS) => untilApplied(state, node, withinMs),
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
  const head = nodes.find(({ role }) => role === 'active')?.received
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
