/** Plans of what happens to a group of nodes, for property tests: what fast-check draws, and how it is played. */

import { micros, milliseconds, seconds, walIndex, type ServerConfig } from '@fourtwelve/protocol'
import { laneOf } from '@fourtwelve/vault-node'
import * as fc from 'fast-check'
import { withConfig, type NodeGroup } from '../node-pair.ts'

export type Command =
  /** `active`: to a node that takes itself for active, when there is one. */
  | { readonly do: 'ask'; readonly on: number; readonly active: boolean; readonly what: keyof typeof REQUESTS }
  | { readonly do: 'flush' | 'apply'; readonly on: number; readonly share: number }
  | { readonly do: 'deliver'; readonly from: number; readonly to: number; readonly lane: Lane; readonly count: number }
  | { readonly do: 'cut' | 'heal'; readonly from: number; readonly to: number; readonly both: boolean }
  /** All its links. */
  | { readonly do: 'isolate' | 'rejoin'; readonly on: number; readonly active: boolean }
  /** So many writes, of which the disk has the first ones. */
  | { readonly do: 'burst'; readonly on: number; readonly writes: number; readonly flushed: number }
  /** No message arrives meanwhile. */
  | { readonly do: 'pass'; readonly ms: number }
  /** Links and disks work meanwhile. */
  | { readonly do: 'live'; readonly ms: number }
  | { readonly do: 'restart'; readonly on: number; readonly active: boolean; readonly forgotten: number }
  | { readonly do: 'kill' | 'checkpoint' | 'step down'; readonly on: number; readonly active: boolean }
  | { readonly do: 'skew'; readonly on: number; readonly ms: number }
  | { readonly do: 'settle' }
  /** As many standbys as can be missed are not heard for long, and then have one with them that comes back just now. */
  | { readonly do: 'usurp'; readonly on: number; readonly ms: number }
  /** The last node that became active is written to, and then every node that takes itself for active is read. */
  | { readonly do: 'visit' }

type Lane = ReturnType<typeof laneOf>

const REQUESTS = {
  write: (group: NodeGroup) => group.request('POST', 'cubbyhole/a', { json: { at: group.now } }),
  read: (group: NodeGroup) => group.request('GET', 'cubbyhole/a'),
  token: (group: NodeGroup) => group.request('POST', 'auth/token/create', { json: { policies: ['default'] } }),
  'forwarded read': (group: NodeGroup) => group.request('GET', 'cubbyhole/a', { forward: 'active-node' }),
} as const

const node = fc.nat(4)
const which = <const T extends string>(...names: T[]): fc.Arbitrary<T> => fc.constantFrom(...names)
/** Of what there is to flush or to apply; all of it often. */
const share = fc.integer({ min: 1, max: 6 }).map((fifths) => Math.min(fifths, 5) / 5)

/** What happens, and how often. */
const COMMANDS: readonly (readonly [number, fc.Arbitrary<Command>])[] = [
  [
    10,
    fc.record({
      do: which('ask'),
      on: node,
      active: fc.boolean(),
      what: which('write', 'write', 'write', 'read', 'read', 'token', 'forwarded read'),
    }),
  ],
  [6, fc.record({ do: which('flush', 'apply'), on: node, share })],
  [
    10,
    fc.record({
      do: which('deliver'),
      from: node,
      to: node,
      lane: which('log', 'log', 'leadership', 'calls'),
      count: fc.integer({ min: 1, max: 3 }),
    }),
  ],
  [3, fc.record({ do: which('cut', 'heal'), from: node, to: node, both: fc.boolean() })],
  [4, fc.record({ do: which('isolate', 'rejoin'), on: node, active: fc.boolean() })],
  [4, fc.record({ do: which('burst'), on: node, writes: fc.integer({ min: 1, max: 6 }), flushed: fc.nat(6) })],
  [2, fc.record({ do: which('pass'), ms: fc.oneof(fc.nat(400), fc.nat(3_000), fc.nat(12_000)) })],
  [4, fc.record({ do: which('live'), ms: fc.oneof(fc.nat(500), fc.nat(3_000), fc.nat(15_000)) })],
  [3, fc.record({ do: which('restart'), on: node, active: fc.boolean(), forgotten: fc.constantFrom(0, 0, 1, 5) })],
  [3, fc.record({ do: which('kill', 'checkpoint', 'step down'), on: node, active: fc.boolean() })],
  [1, fc.record({ do: which('skew'), on: node, ms: fc.integer({ min: -60_000, max: 60_000 }) })],
  [4, fc.record({ do: which('settle') })],
  [2, fc.record({ do: which('usurp'), on: node, ms: fc.nat(4_000) })],
  [4, fc.record({ do: which('visit') })],
]

export const plans: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(...COMMANDS.map(([weight, arbitrary]) => ({ weight, arbitrary }))),
  { minLength: 1, maxLength: 120, size: 'max' },
)

export const configs: fc.Arbitrary<ServerConfig> = fc
  .record({ buffer: fc.constantFrom(2, 8, 16_384), storage: fc.constantFrom('raft' as const, 'consul' as const) })
  .map(({ buffer, storage }) =>
    withConfig(
      { storage },
      { allow_forwarding_via_header: true, logshipper_buffer_length: buffer },
      { election_timeout: seconds(5), max_request_duration: seconds(8) },
    ),
  )

export function play(group: NodeGroup, command: Command): void {
  const size = group.ids.length
  switch (command.do) {
    case 'ask': {
      const on = chosen(group, command)
      if (!group.isDead(on)) group.begin(on, REQUESTS[command.what](group))
      return
    }
    case 'flush': {
      const on = command.on % size
      const { received } = group.node(on).log
      const through = received + Math.ceil((group.unflushed(on) - received) * command.share)
      if (through > received) group.flush(on, walIndex(through))
      return
    }
    case 'apply': {
      // The lag may have passed for what is not here yet, or not committed.
      const on = command.on % size
      const { due } = group.node(on).log
      return group.apply(on, walIndex(due + Math.ceil((group.committedThrough - due) * command.share)))
    }
    case 'deliver': {
      const [from, to] = [command.from % size, command.to % size]
      if (from !== to) group.deliverLane(from, to, command.lane, command.count)
      return
    }
    case 'cut':
    case 'heal':
      return playLink(group, command.do, command.from % size, command.to % size, command.both)
    case 'isolate':
    case 'rejoin':
      for (let other = 0; other < size; other++)
        playLink(group, command.do === 'isolate' ? 'cut' : 'heal', chosen(group, command), other, true)
      return
    case 'burst': {
      const on = leading(group, command.on)
      if (group.isDead(on)) return
      const { head } = group.node(on).log
      for (let at = 0; at < command.writes; at++) group.begin(on, REQUESTS.write(group))
      group.flush(on, walIndex(head + command.flushed))
      return
    }
    case 'pass':
      return group.pass(milliseconds(command.ms))
    case 'live':
      return group.live(milliseconds(command.ms))
    case 'restart':
      return group.restart(chosen(group, command), command.forgotten)
    case 'kill':
      return group.kill(chosen(group, command))
    case 'checkpoint':
      return group.checkpoint(chosen(group, command))
    case 'step down':
      return void group.happen(chosen(group, command), { kind: 'step-down' })
    case 'skew':
      return group.isDead(command.on % size) ? undefined : group.setClock(command.on % size, micros(command.ms * 1_000))
    case 'settle':
      return group.settle()
    case 'usurp':
      return usurp(group, command.on, command.ms)
    case 'visit':
      return visit(group)
  }
}

function usurp(group: NodeGroup, on: number, ms: number): void {
  const size = group.ids.length
  const active = leading(group, on)
  const others = [...group.ids.keys()].map((at) => (on + at) % size).filter((ordinal) => ordinal !== active)
  const unheard = others.slice(0, Math.floor(size / 2))
  const [back] = others.slice(unheard.length)
  if (back === undefined) return
  for (const one of unheard) {
    for (let at = 0; at < size; at++) playLink(group, unheard.includes(at) ? 'heal' : 'cut', one, at, true)
  }
  group.live(seconds(11))
  group.restart(back)
  for (const one of unheard) playLink(group, 'heal', one, back, true)
  group.live(milliseconds(ms))
}

function visit(group: NodeGroup): void {
  const { activeOrdinal } = group
  if (activeOrdinal === null) return
  group.begin(activeOrdinal, REQUESTS.write(group))
  group.settle()
  for (const ordinal of group.ids.keys()) {
    if (!group.isDead(ordinal) && group.node(ordinal).role === 'active') group.begin(ordinal, REQUESTS.read(group))
  }
}

const chosen = (group: NodeGroup, { on, active }: { readonly on: number; readonly active: boolean }): number =>
  active ? leading(group, on) : on % group.ids.length

/** A node that takes itself for active; the named one when there is none. */
function leading(group: NodeGroup, on: number): number {
  const size = group.ids.length
  for (let at = 0; at < size; at++) {
    const ordinal = (on + at) % size
    if (!group.isDead(ordinal) && group.node(ordinal).role === 'active') return ordinal
  }
  return on % size
}

function playLink(group: NodeGroup, what: 'cut' | 'heal', a: number, b: number, both: boolean): void {
  if (a === b || group.isDead(a) || group.isDead(b)) return
  if (what === 'cut') {
    if (!group.isCut(a, b) || !group.isCut(b, a)) group.cut(a, b)
    return
  }
  // Either end may hear of it first, and much later the other.
  if (group.isCut(a, b)) group.healEnd(a, b)
  if (both && group.isCut(b, a)) group.healEnd(b, a)
}

/** All nodes run, all links are whole, and time passes. */
export function recover(group: NodeGroup, time = seconds(40)): void {
  const size = group.ids.length
  for (let on = 0; on < size; on++) if (group.isDead(on)) group.restart(on)
  for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) if (group.isCut(a, b)) group.healEnd(a, b)
  group.live(time)
}
