import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { part, writesOf } from '../answer-parts.ts'
import { readWithQuery, writeData } from './ask-secret.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
  for (let version = 1; version <= 3; version++) writeData(node, 'app/a', { version })
})

const statusOf = (version: number): number =>
  readWithQuery(node, 'secret/data/app/a', { version: String(version) }).status

describe('delete, undelete and destroy of versions', () => {
  it.each([
    { given: [1, 3], gone: [1, 3] },
    { given: ['1', '2'], gone: [1, 2] },
    { given: '2, 3', gone: [2, 3] },
    { given: 2, gone: [2] },
    { given: [9], gone: [] },
  ])('delete takes $given', ({ given, gone }) => {
    expect(writesOf(node, () => node.ask('POST', 'secret/delete/app/a', { versions: given }))).toBe(1)
    expect([1, 2, 3].filter((version) => statusOf(version) === 404)).toEqual(gone)
  })

  it('undelete brings data back, but not what was destroyed', () => {
    node.ask('POST', 'secret/delete/app/a', { versions: [1, 2] })
    node.ask('PUT', 'secret/destroy/app/a', { versions: [2] })
    expect(node.ask('POST', 'secret/undelete/app/a', { versions: [1, 2] }).status).toBe(204)
    expect([1, 2, 3].map(statusOf)).toEqual([200, 404, 200])
    expect(part(readWithQuery(node, 'secret/data/app/a', { version: '2' }), 'data.metadata.destroyed')).toBe(true)
  })

  it('undelete begins delete_version_after again', () => {
    node.ask('POST', 'secret/metadata/app/a', { delete_version_after: '1h' })
    node.ask('POST', 'secret/undelete/app/a', { versions: [1] })
    const reply = readWithQuery(node, 'secret/data/app/a', { version: '1' })
    expect(part(reply, 'data.metadata.deletion_time')).toBe('2026-01-01T01:00:00Z')
  })

  it('destroy writes the metadata, then deletes the data of each version', () => {
    expect(writesOf(node, () => node.ask('PUT', 'secret/destroy/app/a', { versions: ['1', 2] }))).toBe(3)
    const kept = [...node.state.store.entries()].map(([key]) => key).filter((key) => key.includes('/versions/'))
    expect(kept.map((key) => key.slice(-1))).toEqual(['3'])
  })

  it.each([
    ['delete', 'No version number provided'],
    ['undelete', 'No version number provided'],
    ['destroy', 'no version number provided'],
  ])('%s needs versions', (verb, error) => {
    for (const body of [{}, { versions: [] }, { versions: '' }]) {
      expect(node.ask('POST', `secret/${verb}/app/a`, body)).toMatchObject({ status: 400, body: { errors: [error] } })
    }
    const reply = node.ask('POST', `secret/${verb}/app/a`, { versions: ['1', 'two'] })
    expect(part(reply, 'errors')).toEqual([
      'Field validation failed: error converting input [1 two] for field "versions": 1 error(s) decoding:\n\n' +
        `* cannot parse '[1]' as int: strconv.ParseInt: parsing "two": invalid syntax`,
    ])
  })

  it('leave a secret that is not there alone', () => {
    for (const verb of ['delete', 'undelete', 'destroy']) {
      const act = (): void =>
        expect(node.ask('POST', `secret/${verb}/none`, { versions: [1] }).status).toBe(204) as never
      expect(writesOf(node, act)).toBe(0)
    }
  })
})
