/**
 * A node's links to the others: message ports, one message a turn and link.
 * Always holds: what is asked on a link (forwarded requests, calls) arrives in the order in which it was asked, and everything else
 * in the order in which it was said: forwarding may be delayed or made to fail, the log is not touched by that. A cut link carries
 * nothing, and what was under way on a link that was cut or left never arrives, on its successor neither.
 */

import type { MessagePort } from 'node:worker_threads'
import type { NodeId } from '@fourtwelve/protocol'
import type { PeerMessage, Snapshot } from '@fourtwelve/vault-node'
import { unpackReceived, type RowCache } from './row-cache.ts'
import { packPairs, unpackPairs } from './rows.ts'

/** One end lost what came, or takes it again: to both ends the link is broken from the first to the second. */
type Notice = { readonly kind: 'deaf' | 'hears-again' }

/** What goes over a port: log entries and snapshots as bytes, all else as it is. */
type WireMessage =
  | Notice
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
  /** What this node says there is lost, and nobody notices. */
  mute(to: NodeId): void
  heal(to: NodeId): void
  /** Forwarded requests and calls take so much longer, or fail. */
  setForwarding(delayMs: number, fails: boolean): void
  /** Nothing that comes from there is taken any more, and the other end is told: the link is broken. */
  deafen(to: NodeId): void
  /** Ends it on all links, and answers which can be used again. */
  hearAgain(): readonly NodeId[]
  isCut(to: NodeId): boolean
  isJoined(to: NodeId): boolean
}

export interface LinkEvents {
  receive(from: NodeId, message: PeerMessage): void
  loseCall(call: number): void
  connected(peer: NodeId): void
  disconnected(peer: NodeId): void
}

type Asked = Extract<PeerMessage, { kind: 'forward' | 'call' }>

interface Link {
  readonly port: MessagePort
  outbox: PeerMessage[]
  /** What waits for its delay to pass, in order; as much as a node may have open at once. `due` is in milliseconds. */
  asked: { readonly message: Asked; due: number }[]
  timer: NodeJS.Timeout | null
  isDeaf: boolean
}

export function createNodeLinks(events: () => LinkEvents): NodeLinks {
  const links = new Map<NodeId, Link>()
  const cuts = new Set<NodeId>()
  const mutes = new Set<NodeId>()
  const isLost = (to: NodeId): boolean => cuts.has(to) || mutes.has(to)
  let delayMs = 0
  let fails = false

  /** Sends what has waited long enough, and wakes for the next. */
  const askDue = (to: NodeId, link: Link): void => {
    if (link.timer !== null) clearTimeout(link.timer)
    link.timer = null
    const now = performance.now()
    const later = link.asked.findIndex(({ due }) => due > now)
    const due = link.asked.splice(0, later === -1 ? link.asked.length : later)
    if (due.length > 0 && !isLost(to)) link.port.postMessage(due.map(({ message }): WireMessage => message))
    const [next] = link.asked
    if (next !== undefined) link.timer = setTimeout(() => askDue(to, link), Math.ceil(next.due - now))
  }

  /** What is under way never arrives. */
  const lose = (link: Link | undefined): void => {
    if (link === undefined) return
    link.outbox = []
    link.asked = []
    if (link.timer !== null) clearTimeout(link.timer)
    link.timer = null
  }

  const leave = (to: NodeId): void => {
    const link = links.get(to)
    lose(link)
    link?.port.close()
    links.delete(to)
  }

  const notify = (to: NodeId, link: Link, kind: Notice['kind']): void => {
    if (!isLost(to)) link.port.postMessage([{ kind } satisfies WireMessage])
  }

  const hear = (from: NodeId, link: Link, message: WireMessage): void => {
    switch (message.kind) {
      case 'deaf':
        return events().disconnected(from)
      case 'hears-again':
        events().disconnected(from)
        return events().connected(from)
      default:
        for (const part of fromWire(message)) if (!link.isDeaf) events().receive(from, part)
    }
  }

  return {
    send(to, message) {
      const isCall = message.kind === 'forward' || message.kind === 'call'
      if (isCall && fails) {
        const { call } = message
        setImmediate(() => events().loseCall(call))
        return
      }
      const link = links.get(to)
      if (link === undefined) return
      if (!isCall || (delayMs === 0 && link.asked.length === 0)) return void link.outbox.push(message)
      link.asked.push({ message, due: performance.now() + delayMs })
      if (link.timer === null) askDue(to, link)
    },
    flush(rows) {
      for (const [to, link] of links) {
        if (link.outbox.length === 0) continue
        const batch = link.outbox
        link.outbox = []
        if (!isLost(to)) link.port.postMessage(batch.map((message) => toWire(message, rows)))
      }
    },
    join(to, port) {
      leave(to)
      const link: Link = { port, outbox: [], asked: [], timer: null, isDeaf: false }
      links.set(to, link)
      port.on('message', (batch: readonly WireMessage[]) => {
        for (const message of batch) {
          if (cuts.has(to) || links.get(to) !== link) return
          hear(to, link, message)
        }
      })
    },
    leave,
    cut(to) {
      cuts.add(to)
      lose(links.get(to))
    },
    mute: (to) => void mutes.add(to),
    heal(to) {
      cuts.delete(to)
      mutes.delete(to)
    },
    setForwarding(delay, isFailing) {
      delayMs = delay
      fails = isFailing
      // Who waits already waits no longer than the new delay: so nobody overtakes.
      const latest = performance.now() + delay
      for (const [to, link] of links) {
        for (const one of link.asked) one.due = Math.min(one.due, latest)
        askDue(to, link)
      }
    },
    deafen(to) {
      const link = links.get(to)
      if (link === undefined || link.isDeaf) return
      link.isDeaf = true
      notify(to, link, 'deaf')
    },
    hearAgain() {
      const deaf = [...links].filter(([, link]) => link.isDeaf)
      for (const [to, link] of deaf) {
        link.isDeaf = false
        notify(to, link, 'hears-again')
      }
      return deaf.map(([to]) => to).filter((to) => !cuts.has(to))
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
function fromWire(message: Exclude<WireMessage, Notice>): readonly PeerMessage[] {
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
