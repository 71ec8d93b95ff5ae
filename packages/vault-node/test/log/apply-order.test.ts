/**
 * What a standby applies, whatever order things come in: entries in any batches, twice, overlapping or ahead of time; flushes, commits and
 * the end of the lag before or after each other. At every step it shows a prefix of the log in its whole content, as far as entries are
 * received, committed and due, and not one entry more or less.
 */

import {
  DEFAULT_SERVER_CONFIG,
  DIGEST_START,
  micros,
  mixNumber,
  nodeId,
  term,
  vaultRequest,
  walIndex,
  type ClusterId,
  type JsonObject,
  type StoredValue,
  type VaultRequest,
  type WalEntry,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type Effect, type NodeEvent, type NodeState } from '@fourtwelve/vault-node'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTestCrypto } from '../test-crypto.ts'

const NOW = micros(1_767_225_600_000_000)
const FOUNDING = {
  cluster: 'order' as ClusterId,
  clusterName: 'order',
  term: term(1),
  config: DEFAULT_SERVER_CONFIG,
}
const [ACTIVE, STANDBY] = [nodeId(0), nodeId(1)]
const crypto = createTestCrypto()

const post = (path: string, value: JsonObject): VaultRequest =>
  vaultRequest('POST', path, { body: { kind: 'json', value } })

/** Writes that put, replace and delete keys, one entry and several. */
const request: fc.Arbitrary<VaultRequest> = fc.oneof(
  fc.record({ n: fc.nat(2), v: fc.nat(9) }).map(({ n, v }) => post(`secret/data/s${n}`, { data: { v } })),
  fc.nat(2).map((n) => vaultRequest('DELETE', `secret/metadata/s${n}`)),
  fc.constant(post('auth/token/create', { policies: ['default'], ttl: '1h' })),
  fc
    .nat(1)
    .map((n) => post(`sys/policies/acl/p${n}`, { policy: `path "secret/data/s${n}" { capabilities = ["read"] }` })),
  fc.nat(1).map((n) => vaultRequest('DELETE', `sys/policies/acl/p${n}`)),
  fc.nat(1).map((n) => post(`sys/mounts/kv${n}`, { type: 'kv' })),
  fc.nat(1).map((n) => vaultRequest('DELETE', `sys/mounts/kv${n}`)),
)

/** Places in the log are drawn as shares of its length, in permille. */
type Happening =
  | { readonly what: 'entries'; readonly from: number; readonly length: number }
  | { readonly what: 'flushed' | 'commit' | 'apply'; readonly through: number }

const share = fc.nat(1_000)
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('entries' as const),
      from: share,
      length: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom('flushed' as const, 'commit' as const, 'apply' as const),
      through: share,
    }),
  },
)

/** A standby, and beside it what it must have come to by the four numbers alone. */
class Watched {
  readonly node: NodeState
  readonly log: readonly WalEntry[]
  head: number
  received: number
  committed: number
  due: number
  #shown: number

  constructor(log: readonly WalEntry[], founded: number) {
    this.log = log
    const options = { ...FOUNDING, id: STANDBY, nodes: [ACTIVE, STANDBY], active: ACTIVE }
    this.node = joinCluster(options, log.slice(0, founded), NOW, crypto)
    this.head = this.received = this.committed = this.due = this.#shown = founded
  }

  happens(event: NodeEvent): readonly Effect[] {
    const effects = step(this.node, event, NOW, crypto)
    for (const effect of effects) {
      if (effect.kind !== 'applied') continue
      expect(effect.from).toBe(this.#shown)
      this.#shown = effect.through
    }
    return effects
  }

  hears(first: number, last: number, commit: number): void {
    this.happens({
      kind: 'message',
      from: ACTIVE,
      message: {
        kind: 'append',
        term: term(1),
        after: walIndex(first - 1),
        entries: this.log.slice(first - 1, last),
        commit: walIndex(commit),
        commitTime: NOW,
      },
    })
  }

  /** Entries from `first` to `last`. Behind a gap they are refused, all of them: the link must send them again. */
  arrive(first: number, last: number): void {
    if (first > this.head + 1) {
      expect(() => this.hears(first, last, this.committed)).toThrow(`must be resent from ${this.head + 1}`)
      return
    }
    this.hears(first, last, this.committed)
    this.head = Math.max(this.head, last)
  }

  play(what: Happening): void {
    const at = (permille: number): number => Math.round((permille * this.log.length) / 1_000)
    switch (what.what) {
      case 'entries': {
        const first = Math.max(1, at(what.from))
        return this.arrive(first, Math.min(this.log.length, first + what.length - 1))
      }
      case 'flushed': {
        // A disk has no more than what was given to it. News of less than it said before is old news.
        const through = Math.min(this.head, at(what.through))
        this.received = Math.max(this.received, through)
        return void this.happens({ kind: 'flushed', through: walIndex(through) })
      }
      case 'commit': {
        const commit = at(what.through)
        this.committed = Math.max(this.committed, commit)
        const message = { kind: 'commit', term: term(1), commit: walIndex(commit), commitTime: NOW } as const
        return void this.happens({ kind: 'message', from: ACTIVE, message })
      }
      case 'apply': {
        const through = at(what.through)
        this.due = Math.max(this.due, through)
        return void this.happens({ kind: 'apply', through: walIndex(through) })
      }
    }
  }

  check(): void {
    const { log, store } = this.node
    const applied = Math.min(this.received, this.committed, this.due)
    expect([log.head, log.received, log.applied]).toEqual([this.head, this.received, applied])
    const before = this.log.slice(0, applied)
    expect(log.chain).toBe(before.reduce((chain, { digest }) => mixNumber(chain, digest), DIGEST_START))
    expect(new Map(store.entries())).toEqual(replayed(before))
  }
}

function replayed(entries: readonly WalEntry[]): ReadonlyMap<string, StoredValue> {
  const values = new Map<string, StoredValue>()
  for (const { key, value } of entries.flatMap(({ changes }) => changes)) {
    if (value === null) values.delete(key)
    else values.set(key, value)
  }
  return values
}

test('entries in any order, twice and in any batches make the state that they make in their order', () => {
  let refused = 0
  fc.assert(
    fc.property(
      fc.array(request, { minLength: 1, maxLength: 25, size: 'max' }),
      fc.array(happening, { maxLength: 60, size: 'max' }),
      (requests, happenings) => {
        const { entries } = foundCluster(FOUNDING, null, requests, NOW, crypto)
        const founded = foundCluster(FOUNDING, null, [], NOW, crypto).entries.length
        const watched = new Watched(entries, founded)
        for (const what of happenings) {
          const before = watched.head
          watched.play(what)
          watched.check()
          if (what.what === 'entries' && watched.head === before) refused += 1
        }
        // All of it once more, in its order, one by one.
        for (let index = 1; index <= entries.length; index++) watched.arrive(index, index)
        for (const what of ['flushed', 'commit', 'apply'] as const) watched.play({ what, through: 1_000 })
        watched.check()
        expect(watched.node.log.applied).toBe(entries.length)
        const inOrder = new Watched(entries, founded)
        inOrder.arrive(founded + 1, entries.length)
        for (const what of ['apply', 'commit', 'flushed'] as const) inOrder.play({ what, through: 1_000 })
        expect(new Map(watched.node.store.entries())).toEqual(new Map(inOrder.node.store.entries()))
      },
    ),
    { numRuns: 150 },
  )
  if (process.env['FOURTWELVE_PROPERTY'] === undefined) expect(refused).toBeGreaterThan(0)
}, 30_000)
