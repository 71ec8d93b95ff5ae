/**
 * Broken: a standby answers reads from two views of its storage in turn, and renews one of them seldom. Each view is right by itself,
 * index and all, so that only who reads twice sees it.
 * Must be caught by: `monotonic-reads`.
 */

import type { StoredValue, VaultRequest } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Receive = (turn: { readonly node: NodeState }, id: number, request: VaultRequest) => void
type Store = NodeState['store']
interface View {
  readonly store: Store
  readonly shipped: NodeState['log']['shipped']
  readonly applied: NodeState['log']['applied']
}
interface Views {
  reads: number
  old: View
}

/** Reads before the old view is renewed. */
const RENEWED_AFTER = 8

const VIEWS = new WeakMap<NodeState, Views>()

export const TWO_READ_VIEWS: Mutant = defineMutant<Receive>({
  name: 'two-read-views',
  breaks: 'A standby answers reads from two views of its storage in turn, and renews one of them seldom.',
  law: 'monotonic-reads',
  reference: null,
  package: 'vault-node',
  file: 'request/receive',
  replaces: 'receiveRequest',
  by: (original) => (turn, id, request) => {
    const { node } = turn
    if (node.role !== 'performance-standby' || request.method !== 'GET') return original(turn, id, request)
    const views = VIEWS.get(node) ?? { reads: 0, old: viewOf(node) }
    VIEWS.set(node, views)
    views.reads += 1
    if (views.reads % RENEWED_AFTER === 0) views.old = viewOf(node)
    if (views.reads % 2 === 1) return original(turn, id, request)
    const { store, shipped, applied } = views.old
    original({ ...turn, node: { ...node, store, mounts: null, log: { ...node.log, shipped, applied } } }, id, request)
  },
})

function viewOf({ store, log }: NodeState): View {
  const copy = new (store.constructor as new () => Store)()
  copy.replaceBy(store.entries() as Iterable<readonly [string, StoredValue]>)
  return { store: copy, shipped: log.shipped, applied: log.applied }
}
