import type { WalEntry } from '@fourtwelve/protocol'
import { vaultRequest } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeState } from '../../dist/node-state.js'
import type { OpenRequest } from '../../dist/request/open-request.js'
import { cubbyholeFolder, tokenKey } from '../../dist/storage-keys.js'
import { mintToken } from '../../dist/tokens/mint-token.js'
import { continueRevocations, startRevocation } from '../../dist/tokens/revoke-tree.js'
import { USES_SPENT, type TokenEntry } from '../../dist/tokens/token-entry.js'
import { beginTurn, write } from '../../dist/turn.js'
import { activeNode, crypto, inTurn, newToken, NOW } from './bare-node.ts'

const SLICE_WRITES_MAX = 128

/** A forest: each token's parent is one before it, or none. Answers the salted ids. */
function plant(node: NodeState, parents: readonly (number | null)[]): readonly string[] {
  const ids: string[] = []
  inTurn(node, (turn) => {
    for (const parent of parents) {
      ids.push(mintToken(turn, 1, newToken({ parent: parent === null ? '' : (ids[parent] ?? '') })).entry.saltedId)
    }
  })
  return ids
}

/** Lets every revocation come to its end. Answers all that was written, slice by slice. */
function settle(node: NodeState): readonly (readonly WalEntry[])[] {
  const slices: (readonly WalEntry[])[] = []
  while (node.revocations.length > 0) {
    if (slices.length > 10_000) throw new Error('revocations do not end')
    slices.push(inTurn(node, continueRevocations))
  }
  return slices
}

const start = (node: NodeState, salted: string, orphanChildren = false): readonly WalEntry[] =>
  inTurn(node, (turn) => startRevocation(turn, { salted, orphanChildren, answers: null }))

function belowAndAt(parents: readonly (number | null)[], root: number): ReadonlySet<number> {
  const found = new Set([root])
  for (const [at, parent] of parents.entries()) if (parent !== null && found.has(parent)) found.add(at)
  return found
}

/** The token that a write is about, and what it does to it. */
function about(entry: WalEntry): {
  readonly id: string
  readonly key: string
  readonly kind: 'taint' | 'delete' | 'other'
} {
  const [change] = entry.changes
  if (change === undefined) throw new Error('an entry without a change')
  const spent = (change.value as TokenEntry | null)?.numUses === USES_SPENT
  const kind = change.value === null ? 'delete' : spent ? 'taint' : 'other'
  return { id: change.key.split('/').at(-1) ?? '', key: change.key, kind }
}

const forest = fc
  .array(fc.option(fc.nat(), { freq: 6 }), { minLength: 1, maxLength: 60 })
  .map((raw) => raw.map((pick, at) => (pick === null || at === 0 ? null : pick % at)))

describe('revoking a tree', () => {
  it('takes the tree and nothing else, and leaves nothing of it behind', () => {
    fc.assert(
      fc.property(forest, fc.nat(), (parents, pick) => {
        const node = activeNode()
        const ids = plant(node, parents)
        const root = pick % ids.length
        const gone = belowAndAt(parents, root)
        start(node, ids[root] ?? '')
        settle(node)
        const left = [...node.store.entries()].map(([key]) => key)
        for (const [at, id] of ids.entries()) {
          expect(node.store.has(tokenKey(id))).toBe(!gone.has(at))
          if (gone.has(at)) expect(left.filter((key) => key.includes(id))).toEqual([])
        }
        const accessors = left.filter((key) => key.startsWith('sys/token/accessor/'))
        expect(accessors).toHaveLength(ids.length - gone.size)
      }),
      { numRuns: 60 },
    )
  })

  it('goes leaf first, taints each token before anything else of it, and deletes its entry last', () => {
    fc.assert(
      fc.property(forest, (parents) => {
        const node = activeNode()
        const ids = plant(node, parents)
        const writes = [...start(node, ids[0] ?? ''), ...settle(node).flat()].map(about)
        const tainted = new Map<string, number>()
        const deleted = new Map<string, number>()
        for (const [at, { id, key, kind }] of writes.entries()) {
          if (kind === 'taint') tainted.set(id, at)
          else if (key === tokenKey(id)) deleted.set(id, at)
        }
        for (const at of belowAndAt(parents, 0)) {
          const id = ids[at] ?? ''
          expect(deleted.get(id)).toBeGreaterThan(tainted.get(id) ?? Number.NaN)
          const parent = parents[at]
          if (typeof parent === 'number')
            expect(deleted.get(id)).toBeLessThan(tainted.get(ids[parent] ?? '') ?? Number.NaN)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('never writes the same twice, even when two revocations meet', () => {
    fc.assert(
      fc.property(forest, fc.nat(), fc.nat(), (parents, a, b) => {
        const node = activeNode()
        const ids = plant(node, parents)
        const writes = [
          ...start(node, ids[a % ids.length] ?? ''),
          ...start(node, ids[b % ids.length] ?? ''),
          ...settle(node).flat(),
        ].map(about)
        const seen = writes.map(({ key, kind }) => `${kind} ${key}`)
        expect(new Set(seen).size).toBe(seen.length)
      }),
      { numRuns: 40 },
    )
  })

  it('works in bounded slices, and lets another revocation in between', () => {
    const node = activeNode()
    const parents = [null, ...Array.from({ length: 500 }, () => 0), null]
    const ids = plant(node, parents)
    const first = start(node, ids[0] ?? '')
    expect(first.length).toBe(SLICE_WRITES_MAX)
    const small = start(node, ids.at(-1) ?? '')
    expect(small).toHaveLength(4)
    const slices = settle(node)
    expect(Math.max(...slices.map((slice) => slice.length))).toBe(SLICE_WRITES_MAX)
    expect(node.store.size).toBe(0)
  })

  it('takes a token that was born below while it ran', () => {
    const node = activeNode()
    const ids = plant(node, [null, ...Array.from({ length: 60 }, () => 0)])
    start(node, ids[0] ?? '')
    expect(node.revocations).toHaveLength(1)
    inTurn(node, (turn) => void mintToken(turn, 1, newToken({ parent: ids[0] ?? '' })))
    settle(node)
    expect(node.store.size).toBe(0)
  })

  it('empties the cubbyhole, however large, while the token is dead already', () => {
    const node = activeNode()
    const [id = ''] = plant(node, [null])
    inTurn(node, (turn) => {
      for (let at = 0; at < 300; at++) write(turn, 0, `${cubbyholeFolder(id)}d${at % 7}/s${at}`, { v: at })
    })
    start(node, id)
    expect(node.store.get<TokenEntry>(tokenKey(id))?.numUses).toBe(USES_SPENT)
    settle(node)
    expect(node.store.size).toBe(0)
  })

  it('can be taken up again from the store when the job was lost', () => {
    const node = activeNode()
    const ids = plant(node, [null, ...Array.from({ length: 60 }, () => 0)])
    start(node, ids[0] ?? '')
    node.revocations.length = 0
    const tainted = ids.filter((id) => node.store.get<TokenEntry>(tokenKey(id))?.numUses === USES_SPENT)
    expect(tainted.length).toBeLessThanOrEqual(1)
    for (const id of [...tainted, ids[0] ?? '']) start(node, id)
    settle(node)
    expect(node.store.size).toBe(0)
  })

  it('removes an index that leads to a token that was never written', () => {
    const node = activeNode()
    const [id = ''] = plant(node, [null])
    inTurn(node, (turn) => write(turn, 0, `sys/token/parent/${id}/hlost`, {}))
    start(node, id)
    settle(node)
    expect(node.store.size).toBe(0)
  })
})

describe('revoking a token alone', () => {
  it('makes orphans of its children, before it is dead itself', () => {
    const node = activeNode()
    const ids = plant(node, [null, 0, 0, 1])
    const writes = start(node, ids[0] ?? '', true).map(about)
    expect(node.store.has(tokenKey(ids[0] ?? ''))).toBe(false)
    expect(ids.slice(1).map((id) => node.store.get<TokenEntry>(tokenKey(id))?.parent)).toEqual(['', '', ids[1]])
    expect(writes.findIndex(({ kind }) => kind === 'taint')).toBe(4)
  })

  it('goes on in slices when there are many children, and leaves no index behind', () => {
    const node = activeNode()
    const ids = plant(node, [null, ...Array.from({ length: 200 }, () => 0)])
    expect(start(node, ids[0] ?? '', true)).toHaveLength(SLICE_WRITES_MAX)
    expect(node.store.get<TokenEntry>(tokenKey(ids[0] ?? ''))?.numUses).toBe(0)
    settle(node)
    const keys = [...node.store.entries()].map(([key]) => key)
    expect(keys.filter((key) => key.startsWith('sys/token/parent/'))).toEqual([])
    expect(keys.filter((key) => key.startsWith('sys/token/id/'))).toHaveLength(200)
  })
})

describe('the answer', () => {
  const open: OpenRequest = {
    id: 9,
    request: vaultRequest('POST', 'auth/token/revoke'),
    applied: 0 as OpenRequest['applied'],
    origin: { kind: 'client' },
  }

  it('leaves after the last write, once', () => {
    const node = activeNode()
    const ids = plant(node, [null, ...Array.from({ length: 60 }, () => 0)])
    inTurn(node, (turn) =>
      startRevocation(turn, { salted: ids[0] ?? '', orphanChildren: false, answers: { open, indexed: false } }),
    )
    while (node.revocations.length > 0) {
      expect(node.waiting.commits.length).toBe(0)
      inTurn(node, continueRevocations)
    }
    // It waits for the majority that has the last write.
    expect(node.waiting.commits.length).toBe(1)
    expect(node.waiting.commits.peek()).toMatchObject({ head: node.log.head, ready: { open, reply: { status: 204 } } })
  })

  it('is an error when the node is no longer active', () => {
    const node = activeNode()
    const ids = plant(node, [null, ...Array.from({ length: 60 }, () => 0)])
    inTurn(node, (turn) =>
      startRevocation(turn, { salted: ids[0] ?? '', orphanChildren: false, answers: { open, indexed: false } }),
    )
    node.role = 'performance-standby'
    const turn = beginTurn(node, NOW, crypto)
    continueRevocations(turn)
    expect(node.revocations).toEqual([])
    expect(turn.effects).toMatchObject([{ kind: 'reply', answer: { reply: { status: 500 } } }])
  })
})
