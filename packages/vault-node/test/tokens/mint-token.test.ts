import { decodeServiceToken, hasValidMac, NO_INDEX, type WalEntry } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import type { NodeState } from '../../dist/node-state.js'
import { GENERATION_KEY } from '../../dist/storage-keys.js'
import { mintToken, sealToken, type MintedToken } from '../../dist/tokens/mint-token.js'
import type { NewToken } from '../../dist/tokens/new-token.js'
import { mintRootToken } from '../../dist/tokens/root-token.js'
import { write } from '../../dist/turn.js'
import { activeNode, crypto, inTurn, newToken, NOW, standbyNode, withSwitches } from './bare-node.ts'

interface Mint {
  readonly minted: MintedToken
  readonly entries: readonly WalEntry[]
}

function mint(node: NodeState, token: NewToken): Mint {
  let minted: MintedToken | null = null
  const entries = inTurn(node, (turn) => {
    minted = mintToken(turn, 7, token)
  })
  if (minted === null) throw new Error('nothing was minted')
  return { minted, entries }
}

const keysOf = (entries: readonly WalEntry[]): readonly (readonly string[])[] =>
  entries.map(({ changes }) => changes.map(({ key }) => key.replace(/[^/]+$/, '')))

const decode = (text: string): Exclude<ReturnType<typeof decodeServiceToken>, string> => {
  const decoded = decodeServiceToken(text)
  if (typeof decoded === 'string') throw new Error(`${text} is ${decoded}`)
  return decoded
}

describe('a service token', () => {
  it('is written as accessor, parent index, entry and lease, and carries the index of the last', () => {
    const { minted, entries } = mint(activeNode(), newToken({ parent: 'hparent' }))
    expect(keysOf(entries)).toEqual([
      ['sys/token/accessor/'],
      ['sys/token/parent/hparent/'],
      ['sys/token/id/'],
      ['sys/expire/id/'],
    ])
    expect(entries.every(({ request }) => request === '7')).toBe(true)
    expect(minted.index).toBe(4)
    const token = decode(minted.presented)
    expect(token).toMatchObject({ localIndex: 4, indexEpoch: 0 })
    expect(token.inner).toMatch(/^hvs\.[0-9A-Za-z]{24}$/)
    expect(hasValidMac(crypto, token)).toBe(true)
    expect(minted.presented.length).toBeGreaterThanOrEqual(95)
  })

  it('is three writes for an orphan', () => {
    expect(keysOf(mint(activeNode(), newToken()).entries)).toEqual([
      ['sys/token/accessor/'],
      ['sys/token/id/'],
      ['sys/expire/id/'],
    ])
  })

  it('has entry and lease in one write where the switch says so', () => {
    const { minted, entries } = mint(activeNode(withSwitches({ lease_entry: 'same' })), newToken())
    expect(keysOf(entries)).toEqual([['sys/token/accessor/'], ['sys/token/id/', 'sys/expire/id/']])
    expect(decode(minted.presented).localIndex).toBe(2)
  })

  it('carries the generation counter', () => {
    const node = activeNode()
    inTurn(node, (turn) => write(turn, 0, GENERATION_KEY, { counter: 3 }))
    expect(decode(mint(node, newToken()).minted.presented)).toMatchObject({ indexEpoch: 3, localIndex: 4 })
  })

  it('carries no index in the community edition', () => {
    const { minted } = mint(activeNode(withSwitches({ edition: 'community' })), newToken())
    expect(minted.presented).toHaveLength(95)
    expect(decode(minted.presented).localIndex).toBe(0)
  })

  it('stays short when it is root, custom or of a server without consistent tokens', () => {
    const text = (node: NodeState, token: NewToken): string => mint(node, token).minted.presented
    expect(text(activeNode(), newToken({ policies: ['root'] }))).toMatch(/^hvs\.[0-9A-Za-z]{24}$/)
    expect(text(activeNode(), newToken({ customId: 'mine' }))).toBe('mine')
    expect(text(activeNode(withSwitches({ consistent_tokens: 'off' })), newToken())).toMatch(/^s\.[0-9A-Za-z]{24}$/)
  })

  it('leaves its id nowhere in storage', () => {
    const node = activeNode()
    const { minted } = mint(node, newToken({ parent: 'hparent' }))
    const stored = JSON.stringify([...node.store.entries()])
    expect(stored).not.toContain(decode(minted.presented).inner)
    expect(stored).toContain(minted.entry.accessor)
  })

  it('cannot be made on a standby', () => {
    expect(() => mint(standbyNode(), newToken())).toThrow(/would write sys\/token\/accessor/)
  })
})

describe('a batch token', () => {
  it('is written nowhere, on any node', () => {
    const node = standbyNode()
    let minted: MintedToken | null = null
    const entries = inTurn(node, (turn) => {
      minted = sealToken(turn, newToken({ type: 'batch', leased: false, renewable: false }))
    })
    expect(entries).toEqual([])
    expect(node.store.size).toBe(0)
    expect(minted).toMatchObject({ index: NO_INDEX, lease: null, entry: { accessor: '', saltedId: '' } })
    expect(minted).toHaveProperty('presented', expect.stringMatching(/^hvb\.[\w-]+$/))
  })

  it('has the older prefix where consistent tokens are off', () => {
    const node = activeNode(withSwitches({ consistent_tokens: 'off' }))
    inTurn(node, (turn) => {
      expect(sealToken(turn, newToken({ type: 'batch' })).presented).toMatch(/^b\.[\w-]+$/)
    })
  })
})

describe('the first root token', () => {
  it('has no lease when Vault draws it, and an endless one when its text is given', () => {
    const drawn = activeNode()
    const given = activeNode()
    inTurn(drawn, (turn) => expect(mintRootToken(turn, null)).toMatch(/^hvs\.[0-9A-Za-z]{24}$/))
    inTurn(given, (turn) => expect(mintRootToken(turn, 'root')).toBe('root'))
    expect([...drawn.store.entries()].some(([key]) => key.startsWith('sys/expire/'))).toBe(false)
    const lease = [...given.store.entries()].find(([key]) => key.startsWith('sys/expire/'))?.[1]
    expect(lease).toMatchObject({ expireTime: null, renewable: false, issueTime: NOW })
  })
})
