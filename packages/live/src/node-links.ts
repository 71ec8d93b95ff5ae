/**
 * A node's links to the others: message ports, one message a turn and link.
 * Always holds: messages of a link arrive in the order in which they were sent; a cut link carries nothing; forwarding may be
 * delayed or made to fail, the log is not touched by that.
 */

import type { MessagePort } from 'node:worker_threads'
import type { NodeId } from '@fourtwelve/protocol'
import type { PeerMessage, Snapshot } from '@fourtwelve/vault-node'
import { unpackReceived, type RowCache } from './row-cache.ts'
import { packPairs, unpackPairs } from './rows.ts'

/** What goes over a port: log entries and snapshots as bytes, all else as it is. */
type WireMessage =
  | Exclude<PeerMessage, { kind: 'append' } | { kind: 'snapshot' }>
  | (Omit<Extract<PeerMessage, { kind: 'append' }>, 'entries'> & { readonly rows: readonly Uint8Array[] })
  | (Omit<Extract<PeerMessage, { kind: 'snapshot' }>, 'snapshot'> & {
      readonly snapshot: Omit<Snapshot, 'values'> & { readonly pairs: Uint8Array }
    })

export interface NodeLinks {
  send(to: NodeId, message: PeerMessage): void
  /** Sends what this turn put. */
  flush(rows: RowCache): void
  /** Another node can be reached from now on. */
  join(to: NodeId, port: MessagePort): void
  /** Another node is gone. */
  leave(to: NodeId): void
  cut(to: NodeId): void
  heal(to: NodeId): void
  /** Forwarded requests and calls take so much longer, or fail. */
  setForwarding(delayMs: number, fails: boolean): void
  isCut(to: NodeId): boolean
  isJoined(to: NodeId): boolean
}

export interface LinkEvents {
  receive(from: NodeId, message: PeerMessage): void
  loseCall(call: number): void
}

interface Link {
  port: MessagePort
  outbox: PeerMessage[]
}

export function createNodeLinks(events: () => LinkEvents): NodeLinks {
  const links = new Map<NodeId, Link>()
  const cuts = new Set<NodeId>()
  let delayMs = 0
  let fails = false

  return {
    send(to, message) {
      const isCall = message.kind === 'forward' || message.kind === 'call'
      if (isCall && fails) {
        const { call } = message
        setImmediate(() => events().loseCall(call))
        return
      }
      if (isCall && delayMs > 0) {
        setTimeout(() => {
          if (!cuts.has(to)) links.get(to)?.port.postMessage([message satisfies WireMessage])
        }, delayMs)
        return
      }
      links.get(to)?.outbox.push(message)
    },
    flush(rows) {
      for (const [to, link] of links) {
        if (link.outbox.length === 0) continue
        const batch = link.outbox
        link.outbox = []
        if (!cuts.has(to)) link.port.postMessage(batch.map((message) => toWire(message, rows)))
      }
    },
    join(to, port) {
      links.get(to)?.port.close()
      links.set(to, { port, outbox: [] })
      port.on('message', (batch: readonly WireMessage[]) => {
        if (cuts.has(to) || links.get(to)?.port !== port) return
        for (const message of batch) for (const part of fromWire(message)) events().receive(to, part)
      })
    },
    leave(to) {
      links.get(to)?.port.close()
      links.delete(to)
    },
    cut: (to) => void cuts.add(to),
    heal: (to) => void cuts.delete(to),
    setForwarding(delay, isFailing) {
      delayMs = delay
      fails = isFailing
    },
    isCut: (to) => cuts.has(to),
    isJoined: (to) => links.has(to),
  }
}

function toWire(message: PeerMessage, cache: RowCache): WireMessage {
  switch (message.kind) {
    case 'append': {
      const { entries, ...rest } = message
      return { ...rest, rows: cache.rowsFor(entries) }
    }
    case 'snapshot': {
      const { values, ...rest } = message.snapshot
      return { ...message, snapshot: { ...rest, pairs: packPairs(values) } }
    }
    default:
      return message
  }
}

/** An append of several rows becomes several messages: each row stays the bytes that it is. */
function fromWire(message: WireMessage): readonly PeerMessage[] {
  switch (message.kind) {
    case 'append': {
      const { rows, ...rest } = message
      if (rows.length === 0) return [{ ...rest, entries: [] }]
      return rows.map((bytes) => ({ ...rest, entries: unpackReceived(bytes) }))
    }
    case 'snapshot': {
      const { pairs, ...rest } = message.snapshot
      return [{ ...message, snapshot: { ...rest, values: unpackPairs(pairs) } }]
    }
    default:
      return [message]
  }
}
