import { micros, MICROS_PER_SECOND, sealBatchToken, type Micros, type WalEntry } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import type { NodeState } from '../../dist/node-state.js'
import { leaseKey, tokenKey } from '../../dist/storage-keys.js'
import { findByAccessor, findBySaltedId, findToken } from '../../dist/tokens/find-token.js'
import { mintToken, sealToken, type MintedToken } from '../../dist/tokens/mint-token.js'
import type { NewToken } from '../../dist/tokens/new-token.js'
import { USES_SPENT } from '../../dist/tokens/token-entry.js'
import { write } from '../../dist/turn.js'
import { activeNode, crypto, inTurn, newToken, NOW, show, standbyNode } from './bare-node.ts'

const after = (seconds: number): Micros => micros(NOW + seconds * MICROS_PER_SECOND)

function mint(node: NodeState, token: NewToken): MintedToken & { readonly entries: readonly WalEntry[] } {
  const minted: MintedToken[] = []
  const entries = inTurn(node, (turn) => {
    minted.push(token.type === 'service' ? mintToken(turn, 1, token) : sealToken(turn, token))
  })
  const [only] = minted
  if (only === undefined) throw new Error('nothing was minted')
  return { ...only, entries }
}

describe('a service token', () => {
  it('is found by its consistent form and by the inner one', () => {
    const node = activeNode()
    const { presented, entry, lease } = mint(node, newToken())
    expect(findToken(node, crypto, NOW, presented)).toEqual({ kind: 'found', token: { presented, entry, lease } })
    expect(findBySaltedId(node, NOW, entry.saltedId)).toMatchObject({ kind: 'found', token: { presented: '', entry } })
    expect(findByAccessor(node, NOW, entry.accessor)).toMatchObject({ kind: 'found', token: { presented: '', entry } })
  })

  it('appears on a standby write by write: absent, absent, absent, without its lease, found', () => {
    const standby = standbyNode()
    const { presented, entries, entry } = mint(activeNode(), newToken({ parent: 'hparent' }))
    const kinds = [findToken(standby, crypto, NOW, presented).kind]
    for (const one of entries) {
      show(standby, [one])
      kinds.push(findToken(standby, crypto, NOW, presented).kind)
    }
    expect(kinds).toEqual(['absent', 'absent', 'absent', 'lease-missing', 'found'])
    expect(standby.revocations).toEqual([])
    expect(findByAccessor(standbyNode(), NOW, entry.accessor)).toBeNull()
  })

  it('with an accessor and no entry yet is absent, not unknown', () => {
    const standby = standbyNode()
    const { entries, entry } = mint(activeNode(), newToken())
    show(standby, entries.slice(0, 1))
    expect(findByAccessor(standby, NOW, entry.accessor)).toEqual({ kind: 'absent' })
  })

  it('is over when its own lease says so, on any node', () => {
    const node = activeNode()
    const { presented } = mint(node, newToken({ ttl: 10 }))
    expect(findToken(node, crypto, micros(after(10) - 1), presented).kind).toBe('found')
    expect(findToken(node, crypto, after(10), presented)).toEqual({ kind: 'absent' })
    expect(findToken(node, crypto, after(10), presented, { tainted: true })).toEqual({ kind: 'absent' })
  })

  it('that spent its last use is found only by who asks for such tokens', () => {
    const node = activeNode()
    const { presented, entry } = mint(node, newToken())
    inTurn(node, (turn) => write(turn, 0, tokenKey(entry.saltedId), { ...entry, numUses: USES_SPENT }))
    expect(findToken(node, crypto, NOW, presented)).toEqual({ kind: 'absent' })
    expect(findToken(node, crypto, NOW, presented, { tainted: true }).kind).toBe('found')
  })

  it('without a lease on the active node has lost it, and looking for it changes nothing', () => {
    const node = activeNode()
    const { presented, entry } = mint(node, newToken())
    inTurn(node, (turn) => write(turn, 0, leaseKey(entry.saltedId), null))
    expect(findToken(node, crypto, NOW, presented)).toEqual({ kind: 'lease-lost', saltedId: entry.saltedId })
    expect(node.revocations).toEqual([])
  })

  it('that is root and never ends needs no lease', () => {
    const node = standbyNode()
    const { presented, entries } = mint(activeNode(), newToken({ policies: ['root'], ttl: 0 }))
    show(node, entries.slice(0, 2))
    expect(findToken(node, crypto, NOW, presented)).toMatchObject({ kind: 'found', token: { lease: null } })
  })

  it.each(['', 'hvs.', 'hvs.unknown', `hvs.${'A'.repeat(95)}`, `hvs.${'!'.repeat(95)}`, 's.x', 'anything at all'])(
    'is not found under %j',
    (text) => {
      expect(findToken(activeNode(), crypto, NOW, text)).toEqual({ kind: 'absent' })
    },
  )
})

describe('a batch token', () => {
  const BATCH = newToken({ type: 'batch', leased: false, renewable: false, meta: { a: 'b' }, entityId: 'e', ttl: 60 })

  it('is read from itself, with whole seconds', () => {
    const { presented, entry } = mint(activeNode(), BATCH)
    expect(findToken(standbyNode(), crypto, NOW, presented)).toEqual({
      kind: 'found',
      token: { presented, entry, lease: null },
    })
  })

  it('ends with its ttl', () => {
    const { presented } = mint(activeNode(), BATCH)
    expect(findToken(standbyNode(), crypto, micros(after(60) - 1), presented).kind).toBe('found')
    expect(findToken(standbyNode(), crypto, after(60), presented)).toEqual({ kind: 'absent' })
  })

  it('of a parent lives where its parent is known, and as long', () => {
    const active = activeNode()
    const parent = mint(active, newToken({ ttl: 30 }))
    const { presented } = mint(active, { ...BATCH, parent: parent.entry.saltedId })
    const standby = standbyNode()
    expect(findToken(standby, crypto, NOW, presented)).toEqual({ kind: 'absent' })
    show(standby, parent.entries.slice(0, -1))
    expect(findToken(standby, crypto, NOW, presented)).toEqual({ kind: 'lease-missing' })
    show(standby, parent.entries)
    expect(findToken(standby, crypto, NOW, presented).kind).toBe('found')
    expect(findToken(standby, crypto, after(30), presented)).toEqual({ kind: 'absent' })
  })

  it('is read under its older prefix too', () => {
    const { presented } = mint(activeNode(), BATCH)
    expect(findToken(standbyNode(), crypto, NOW, presented.replace('hvb.', 'b.')).kind).toBe('found')
  })

  it('is unknown when it was changed, or sealed by something else', () => {
    const { presented } = mint(activeNode(), BATCH)
    const changed = presented.slice(0, -3) + (presented.endsWith('AAA') ? 'BBB' : 'AAA')
    for (const text of [changed, `${presented}x`, 'hvb.', 'b.x', sealBatchToken(crypto, { policies: 'root' })]) {
      expect(findToken(activeNode(), crypto, NOW, text)).toEqual({ kind: 'absent' })
    }
  })
})
