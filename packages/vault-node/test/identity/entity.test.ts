import { describe, expect, it } from 'vitest'
import { ensureEntity, findEntityId, knowsEntity } from '../../dist/identity/entity.js'
import { beginTurn } from '../../dist/turn.js'
import { oneNode } from '../one-node.ts'

const ANN = { mountAccessor: 'auth_userpass_1', mountPath: 'auth/userpass/', name: 'ann' }
const BOB = { ...ANN, name: 'bob' }

describe('entities', () => {
  it('are written with the first login of a user: the entity, then its alias', () => {
    const node = oneNode()
    const { state, crypto } = node
    const turn = beginTurn(state, node.now(), crypto)
    expect(findEntityId(state, ANN)).toBeNull()
    const id = ensureEntity(turn, 1, ANN)
    expect(turn.written.map(({ changes }) => changes[0]?.key)).toEqual([
      `identity/entity/${id}`,
      'identity/alias/auth_userpass_1/ann',
    ])
    expect(findEntityId(state, ANN)).toBe(id)
    expect(knowsEntity(state, id)).toBe(true)
  })

  it('are found again, and cost nothing then', () => {
    const node = oneNode()
    const { state, crypto } = node
    const id = ensureEntity(beginTurn(state, node.now(), crypto), 1, ANN)
    const again = beginTurn(state, node.now(), crypto)
    expect(ensureEntity(again, 2, ANN)).toBe(id)
    expect(again.written).toEqual([])
  })

  it('differ by name and by mount', () => {
    const node = oneNode()
    const { state, crypto } = node
    const turn = beginTurn(state, node.now(), crypto)
    const ids = [ANN, BOB, { ...ANN, mountAccessor: 'auth_userpass_2' }].map((alias) => ensureEntity(turn, 1, alias))
    expect(new Set(ids).size).toBe(3)
    expect(knowsEntity(state, 'somebody-else')).toBe(false)
  })
})
