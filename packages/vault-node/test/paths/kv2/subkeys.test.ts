import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { part } from '../answer-parts.ts'
import { readWithQuery, writeData } from './ask-secret.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  writeData(node, 'a', { text: 'x', list: [{ y: 1 }], empty: {}, deep: { deeper: { deepest: { z: 1 } } } })
})

const subkeys = (query: Record<string, string> = {}): unknown =>
  part(readWithQuery(node, 'secret/subkeys/a', query), 'data.subkeys')

describe('secret/subkeys', () => {
  it('shows fields and no value', () => {
    expect(subkeys()).toEqual({ text: null, list: null, empty: null, deep: { deeper: { deepest: { z: null } } } })
  })

  it('stops at the depth that is asked for', () => {
    expect(subkeys({ depth: '1' })).toEqual({ text: null, list: null, empty: null, deep: null })
    expect(subkeys({ depth: '2' })).toMatchObject({ deep: { deeper: null } })
    expect(subkeys({ depth: '0' })).toEqual(subkeys())
  })

  it('answers a version that is gone as data does', () => {
    node.ask('DELETE', 'secret/data/a')
    const reply = node.ask('GET', 'secret/subkeys/a')
    expect(reply.status).toBe(404)
    expect(part(reply, 'data.subkeys')).toBeNull()
    expect(part(reply, 'data.metadata.version')).toBe(1)
    expect(node.ask('GET', 'secret/subkeys/none').status).toBe(404)
  })
})
