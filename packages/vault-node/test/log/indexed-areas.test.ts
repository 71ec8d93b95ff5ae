/** What listings cost: counted in areas that are indexed and in passes over all keys, never in time. */

import { afterEach, describe, expect, it, vi } from 'vitest'
import { AREAS_INDEXED_MAX, Store } from '../../dist/log/store.js'
import { cubbyholeFolder, mountFolder } from '../../dist/storage-keys.js'
import { mintToken } from '../../dist/tokens/mint-token.js'
import { startRevocation } from '../../dist/tokens/revoke-tree.js'
import { activeNode, inTurn, newToken } from '../tokens/bare-node.ts'

const VALUE = {}

function storeOf(keys: readonly string[]): Store {
  const store = new Store()
  for (const key of keys) store.applyChange({ scope: 'local', namespace: '', key, value: VALUE })
  return store
}

/** How often an act goes over all keys. */
function passes(act: () => void): number {
  const spy = vi.spyOn(Map.prototype, 'keys')
  act()
  return spy.mock.calls.length
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('listing', () => {
  it('goes over all keys once an area, whatever folders are listed in it', () => {
    const store = storeOf(['sys/cubbyhole/h1/a', 'logical/m1/a/b', 'logical/m1/c/d', 'logical/m2/a/b'])
    const count = passes(() => {
      for (let at = 0; at < 1_000; at++) {
        store.list(cubbyholeFolder(`h${at}`))
        store.list(`${mountFolder('m1')}folder-${at}/deep/`)
        store.count(`sys/token/parent/h${at}/`)
      }
    })
    expect([count, store.areasIndexed]).toEqual([3, 3])
    expect(store.list('logical/m1/')).toEqual(['a/', 'c/'])
    expect(store.list('logical/m1/a/')).toEqual(['b'])
    expect([store.list('logical/m2/'), store.areasIndexed]).toEqual([['a/'], 4])
  })

  it('keeps the three kinds of token keys apart: children are listed, ids are not indexed for it', () => {
    const store = storeOf(['sys/token/parent/h1/h2', 'sys/token/id/h1', 'sys/token/accessor/a'])
    expect(store.list('sys/token/parent/h1/')).toEqual(['h2'])
    expect(store.areasIndexed).toBe(1)
  })

  it('forgets all areas when there are too many, and lists rightly all the same', () => {
    const store = new Store()
    for (let at = 0; at < AREAS_INDEXED_MAX + 10; at++) store.list(mountFolder(`m${at}`))
    expect(store.areasIndexed).toBe(10)
    store.applyChange({ scope: 'replicated', namespace: '', key: 'logical/m1/late', value: VALUE })
    expect(store.list('logical/m1/')).toEqual(['late'])
  })

  it.each(['', 'sys/', 'logical/', 'sys/token/'])('%j stands above the areas: to list it is a bug', (folder) => {
    expect(() => new Store().list(folder)).toThrow('list the areas in it')
  })
})

describe('revoking many tokens', () => {
  it('indexes their children and their cubbyholes once, and goes over the keys no more after that', () => {
    const node = activeNode()
    const revokeSome = (): void => {
      for (let at = 0; at < 50; at++) {
        inTurn(node, (turn) => {
          const salted = mintToken(turn, 1, newToken()).entry.saltedId
          startRevocation(turn, { salted, orphanChildren: false, answers: null })
        })
      }
    }
    revokeSome()
    const { areasIndexed } = node.store
    expect(areasIndexed).toBe(2)
    expect(passes(revokeSome)).toBe(0)
    expect([node.store.areasIndexed, node.store.size]).toEqual([areasIndexed, 0])
  })
})

describe('a part of a folder', () => {
  const store = storeOf(['c/c/1', 'c/c/2/a', 'c/c/2/b/x', 'c/c/3'])

  it('is never more than was asked for', () => {
    expect(store.listSome('c/c/', 2)).toEqual(['1', '2/'])
    expect(store.listSome('c/c/', 9)).toEqual(['1', '2/', '3'])
    for (let most = 1; most <= 5; most++) expect(store.keysUnder('c/c/', most)).toHaveLength(Math.min(most, 4))
  })

  it('goes as deep as it must, and finds nothing where nothing is', () => {
    expect(store.keysUnder('c/c/', 9)).toEqual(['c/c/1', 'c/c/2/a', 'c/c/2/b/x', 'c/c/3'])
    expect(store.keysUnder('c/d/', 9)).toEqual([])
  })
})
