/**
 * Where somebody looks on while real nodes work: entries pass here with their values, and requests with the time of the node.
 * Always holds: a test mocks `@fourtwelve/vault-node` by `tapped`, which calls the real functions and changes nothing; one looks on at a time.
 */

import type { CryptoPort, Micros, WalEntry } from '@fourtwelve/protocol'
import type * as VaultNode from '@fourtwelve/vault-node'
import type { Effect, NodeEvent, NodeState } from '@fourtwelve/vault-node'

export interface Onlooker {
  /** A node begins with these. */
  joined(entries: readonly WalEntry[]): void
  /** Something happens to a node: calls `run`, which makes it happen, and answers what that answered. */
  stepped(
    node: NodeState,
    event: NodeEvent,
    now: Micros,
    crypto: CryptoPort,
    run: () => readonly Effect[],
  ): readonly Effect[]
}

let onlooker: Onlooker | null = null

/** Null: nobody looks on any more. */
export function lookOn(who: Onlooker | null): void {
  onlooker = who
}

export const tapped = (real: typeof VaultNode): typeof VaultNode => ({
  ...real,
  joinCluster(options, entries, now, crypto) {
    onlooker?.joined(entries)
    return real.joinCluster(options, entries, now, crypto)
  },
  step(node, event, now, crypto) {
    const run = (): readonly Effect[] => real.step(node, event, now, crypto)
    return onlooker === null ? run() : onlooker.stepped(node, event, now, crypto, run)
  },
})
