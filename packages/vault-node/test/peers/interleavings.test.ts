/**
 * Deliveries, flushes, lags, cuts and time in any order under one active node: whatever happens first, what is applied is a prefix of the
 * log, what is answered is committed, and nobody is left waiting. Elections have plans of their own (`leadership/`).
 */

import { micros, milliseconds, seconds, walIndex, type ServerConfig, type WalIndex } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { givenUser, login, NodeGroup, withConfig } from '../node-pair.ts'

type Command =
  | { readonly do: 'ask'; readonly on: number; readonly what: keyof typeof REQUESTS }
  | { readonly do: 'flush'; readonly on: number; readonly share: number }
  | { readonly do: 'deliver'; readonly standby: number; readonly back: boolean; readonly count: number }
  | { readonly do: 'apply'; readonly on: number; readonly share: number }
  | { readonly do: 'cut' | 'heal'; readonly standby: number; readonly first: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'restart'; readonly standby: number; readonly forgotten: number }
  | { readonly do: 'checkpoint'; readonly on: number }
  | { readonly do: 'settle' | 'catch up' }

const REQUESTS = {
  write: (group: NodeGroup) => group.request('POST', 'secret/data/a', { json: { data: { at: group.now } } }),
  token: (group: NodeGroup) => group.request('POST', 'auth/token/create', { json: { policies: ['default'] } }),
  login: () => login(),
  read: (group: NodeGroup) => group.request('GET', 'secret/data/a'),
  'forwarded read': (group: NodeGroup) => group.request('GET', 'secret/data/a', { forward: 'active-node' }),
  mount: (group: NodeGroup) =>
    group.request('POST', `sys/mounts/kv-${group.active.log.head}`, { json: { type: 'kv' } }),
} as const

const ordinal = fc.nat(4)
/** Of what there is to flush or to apply; all of it often. */
const share = fc.integer({ min: 1, max: 6 }).map((fifths) => Math.min(fifths, 5) / 5)
const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        on: ordinal,
        what: fc.constantFrom(...(Object.keys(REQUESTS) as (keyof typeof REQUESTS)[])),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('flush' as const), on: ordinal, share }) },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('deliver' as const),
        standby: ordinal,
        back: fc.boolean(),
        count: fc.integer({ min: 1, max: 3 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('apply' as const), on: ordinal, share }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('cut' as const, 'heal' as const),
        standby: ordinal,
        first: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(3_000) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('restart' as const),
        standby: ordinal,
        forgotten: fc.constantFrom(0, 0, 1, 5),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('checkpoint' as const), on: ordinal }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('settle' as const, 'catch up' as const) }) },
  ),
  { maxLength: 120, size: 'max' },
)

const configs: fc.Arbitrary<ServerConfig> = fc
  .record({
    storage: fc.constantFrom('raft' as const, 'consul' as const),
    forwarded_reply_wait: fc.constantFrom('on' as const, 'off' as const),
    token_create: fc.constantFrom('rpc' as const, 'forward' as const),
    buffer: fc.constantFrom(2, 8, 16_384),
    wait: fc.constantFrom(0, 500, 2_000),
  })
  .map(({ buffer, wait, ...switches }) =>
    withConfig(
      switches,
      {
        allow_forwarding_via_header: true,
        logshipper_buffer_length: buffer,
        best_effort_wal_wait_duration: milliseconds(wait),
      },
      { max_request_duration: seconds(5) },
    ),
  )

const given = givenUser()

/** What a request was sent on, where, and what the active node's head was then. */
interface Asked {
  readonly id: number
  readonly on: number
  readonly head: WalIndex
}

function play(group: NodeGroup, command: Command, asked: Asked[]): void {
  const size = group.ids.length
  switch (command.do) {
    case 'ask': {
      const on = command.on % size
      const id = group.begin(on, REQUESTS[command.what](group))
      asked.push({ id, on, head: group.active.log.head })
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
      return group.apply(on, walIndex(due + Math.ceil((group.active.log.head - due) * command.share)))
    }
    case 'pass':
      return group.pass(milliseconds(command.ms))
    case 'checkpoint':
      return group.checkpoint(command.on % size)
    case 'settle':
      return group.settle()
    case 'catch up':
      return group.catchUp()
    case 'deliver':
    case 'cut':
    case 'heal':
    case 'restart':
      if (size > 1) playLink(group, command, 1 + (command.standby % (size - 1)))
  }
}

function playLink(group: NodeGroup, command: Extract<Command, { standby: number }>, standby: number): void {
  switch (command.do) {
    case 'deliver':
      group.deliver(command.back ? standby : 0, command.back ? 0 : standby, command.count)
      return
    case 'restart':
      return group.restart(standby, command.forgotten)
    case 'cut':
      if (!group.isCut(0, standby) || !group.isCut(standby, 0)) group.cut(0, standby)
      return
    case 'heal': {
      // Either end may hear of it first, and much later the other.
      const [end, other] = command.first ? [0, standby] : [standby, 0]
      if (group.isCut(end, other)) group.healEnd(end, other)
    }
  }
}

function check(group: NodeGroup): void {
  const { active } = group
  const onDisk = group.ids
    .map((_, at) => group.node(at).log.received)
    .filter((received) => received >= active.log.committed)
  expect(onDisk.length).toBeGreaterThan(group.ids.length / 2)
  // A node that comes back may have forgotten the newest commits, until the others say how far they are.
  const everCommitted = Math.max(group.founded, ...group.committed)
  for (let at = 1; at < group.ids.length; at++) {
    const { log } = group.node(at)
    // Nothing is streamed that the active node could still lose.
    expect(log.head).toBeLessThanOrEqual(active.log.received)
    expect(log.applied).toBeLessThanOrEqual(log.received)
    expect(log.applied).toBeLessThanOrEqual(log.committed)
    expect(log.committed).toBeLessThanOrEqual(everCommitted)
    expect(log.shipped).toBeLessThanOrEqual(Math.min(log.applied, log.due))
    expect(log.chain).toBe(group.chainAt(log.applied))
  }
}

/** Every apply goes on where the one before ended. */
function checkApplied(group: NodeGroup): void {
  for (const id of group.ids) {
    const own = group.applied.filter(({ node }) => node === id)
    for (const [at, { from, through, chain }] of own.entries()) {
      // Where they are equal the node came back from its disk.
      if (at > 0 && from !== through) expect(from).toBe(own[at - 1]?.through)
      expect(through).toBeGreaterThanOrEqual(from)
      // Entries that the active node lost before anybody had them were written anew.
      if (id !== group.active.id) expect(chain).toBe(group.chainAt(through))
    }
  }
}

function checkAnswers(group: NodeGroup, asked: readonly Asked[]): void {
  for (const { id, on, head } of asked) {
    const answer = group.answerOf(id)
    const left = group.leftAt.get(id)
    if (answer === null && !group.isAwaited(id)) continue // its node was restarted
    if (answer === null || left === undefined) throw new Error(`request ${id} was never answered`)
    const { reply, served } = answer
    if (reply.status >= 500) continue
    if (on === 0) expect(left.committed).toBeGreaterThanOrEqual(head)
    // A plain standby, as one is that came back and has not caught up, forwards all alike, and waits only as it is told to.
    else if (served.wrote > 0 && !served.waitTimedOut && served.forwarded !== 'plain-standby')
      expect(left.shipped).toBeGreaterThanOrEqual(served.wrote)
    if (served.waitTimedOut) expect(on).toBeGreaterThan(0)
  }
}

/** All links whole, everything delivered, and time enough for every wait. */
function end(group: NodeGroup): void {
  const size = group.ids.length
  for (let a = 0; a < size; a++) for (let b = 0; b < size; b++) if (group.isCut(a, b)) group.healEnd(a, b)
  group.settle()
  // Nobody waits here for a heartbeat: a standby that came back, and did not listen yet when it was asked, gets a new link.
  for (let standby = 1; standby < size; standby++) {
    if (group.node(standby).active !== null) continue
    group.cut(0, standby)
    group.heal(0, standby)
  }
  group.catchUp()
  group.pass(seconds(6))
  group.catchUp()
}

const contents = (group: NodeGroup, at: number): unknown => new Map(group.node(at).store.entries())

describe.each([1, 2, 3, 5])('in a cluster of %i nodes', (nodes) => {
  test('whatever comes first, nothing is applied, shown or answered too early, and nothing is lost', () => {
    fc.assert(
      fc.property(configs, commands, (config, script) => {
        const group = new NodeGroup({ standbys: nodes - 1, config, given })
        const asked: Asked[] = []
        for (const command of script) {
          play(group, command, asked)
          check(group)
        }
        end(group)
        check(group)
        checkApplied(group)
        checkAnswers(group, asked)
        for (let at = 1; at < nodes; at++) {
          expect(group.node(at).log.applied).toBe(group.active.log.head)
          expect(contents(group, at)).toEqual(contents(group, 0))
        }
        // Nothing is left behind: the cluster works.
        expect(group.ask(0, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
        expect(group.active.waiting.commits.length).toBe(0)
        for (let at = 0; at < nodes; at++) {
          const { states, calls } = group.node(at).waiting
          expect([states.length, calls.size]).toEqual([0, 0])
        }
      }),
      { numRuns: 60 },
    )
  }, 20_000)
})

test('time that stands still ends no wait, and time that passes ends each once', () => {
  const group = new NodeGroup({ config: withConfig({}, { allow_forwarding_via_header: true }) })
  const ids = Array.from({ length: 20 }, () => group.begin(1, REQUESTS.write(group)))
  group.settle()
  group.pass(micros(0))
  expect(ids.map((id) => group.answerOf(id))).toEqual(ids.map(() => null))
  group.pass(seconds(2))
  expect(ids.map((id) => group.answerOf(id)?.served.waitTimedOut)).toEqual(ids.map(() => true))
})
