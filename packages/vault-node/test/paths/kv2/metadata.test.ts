import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { part, writesOf } from '../answer-parts.ts'
import { writeData } from './ask-secret.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

describe('secret/metadata', () => {
  it('tells a secret and its versions', () => {
    writeData(node, 'app/a', { x: 1 })
    expect(node.ask('GET', 'secret/metadata/app/a').body?.['data']).toEqual({
      cas_required: false,
      created_time: '2026-01-01T00:00:00Z',
      current_version: 1,
      custom_metadata: null,
      delete_version_after: '0s',
      max_versions: 0,
      oldest_version: 0,
      updated_time: '2026-01-01T00:00:00Z',
      versions: { '1': { created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false } },
    })
    expect(node.ask('GET', 'secret/metadata/none')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('lists secrets and folders, from the root too', () => {
    writeData(node, 'app/a', {})
    writeData(node, 'b', {})
    for (const path of ['secret/metadata', 'secret/metadata/']) {
      expect(node.ask('LIST', path).body?.['data']).toEqual({ keys: ['app/', 'b'] })
    }
    expect(node.ask('LIST', 'secret/metadata/app').body?.['data']).toEqual({ keys: ['a'] })
    expect(node.ask('LIST', 'secret/metadata/none')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('changes what is given, in one write, and nothing when nothing is given', () => {
    const body = {
      max_versions: 3,
      cas_required: true,
      delete_version_after: '3h25m19s',
      custom_metadata: { team: 'x', n: 5 },
    }
    expect(writesOf(node, () => expect(node.ask('POST', 'secret/metadata/a', body).status).toBe(204))).toBe(1)
    expect(writesOf(node, () => node.ask('POST', 'secret/metadata/a', {}))).toBe(0)
    node.ask('POST', 'secret/metadata/a', { max_versions: 4 })
    expect(node.ask('GET', 'secret/metadata/a').body?.['data']).toMatchObject({
      cas_required: true,
      current_version: 0,
      custom_metadata: { team: 'x', n: '5' },
      delete_version_after: '3h25m19s',
      max_versions: 4,
    })
  })

  it('shows custom metadata wherever the secret is shown', () => {
    node.ask('POST', 'secret/metadata/a', { custom_metadata: { team: 'x' } })
    expect(part(writeData(node, 'a', {}), 'data.custom_metadata')).toEqual({ team: 'x' })
    expect(part(node.ask('GET', 'secret/data/a'), 'data.metadata.custom_metadata')).toEqual({ team: 'x' })
    node.ask('POST', 'secret/metadata/a', { custom_metadata: {} })
    expect(part(node.ask('GET', 'secret/data/a'), 'data.metadata.custom_metadata')).toBeNull()
  })

  it('names everything that is wrong with custom metadata', () => {
    const custom_metadata = { [`k${'k'.repeat(128)}`]: 'v', empty: '', long: 'v'.repeat(513), 'a\nb': 'c' }
    const reply = node.ask('POST', 'secret/metadata/a', { custom_metadata })
    expect(reply.status).toBe(400)
    const [text] = part(reply, 'errors') as [string]
    expect(text).toMatch(/^4 errors occurred:\n\t\* custom_metadata validation failed: length of key /)
    expect(text).toContain('length of value for key "empty" is 0 but must be 0 < len(value) <= 512\n')
    expect(text).toContain('length of value for key "long" is 513 but must be 0 < len(value) <= 512\n')
    expect(text).toContain('contains unprintable characters\n')
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`k${at}`, 'v']))
    expect(part(node.ask('POST', 'secret/metadata/a', { custom_metadata: many }), 'errors')).toEqual([
      '1 error occurred:\n\t* custom_metadata validation failed: payload must contain at most 64 keys, provided 65\n\n',
    ])
  })

  it('warns when a secret would undo what the mount demands', () => {
    node.ask('POST', 'secret/config', { cas_required: true })
    const warning = '"cas_required" set to false, but is mandated by backend config. This value will be ignored.'
    expect(node.ask('POST', 'secret/metadata/a', { cas_required: false })).toMatchObject({
      status: 200,
      body: { warnings: [warning] },
    })
  })

  it('is patched only where it is, and custom metadata is merged', () => {
    expect(node.ask('PATCH', 'secret/metadata/a', { max_versions: 2 })).toEqual({
      status: 404,
      index: null,
      body: null,
    })
    node.ask('POST', 'secret/metadata/a', { max_versions: 2, custom_metadata: { a: '1', b: '2' } })
    expect(node.ask('PATCH', 'secret/metadata/a', { custom_metadata: { b: null, c: 3 } }).status).toBe(204)
    expect(node.ask('GET', 'secret/metadata/a').body?.['data']).toMatchObject({
      custom_metadata: { a: '1', c: '3' },
      max_versions: 2,
    })
  })

  it('deletes the data of every version and the metadata', () => {
    for (let version = 1; version <= 3; version++) writeData(node, 'a', {})
    expect(writesOf(node, () => expect(node.ask('DELETE', 'secret/metadata/a').status).toBe(204))).toBe(4)
    expect(node.ask('GET', 'secret/data/a').status).toBe(404)
    expect(writesOf(node, () => expect(node.ask('DELETE', 'secret/metadata/a').status).toBe(204))).toBe(0)
    expect(part(writeData(node, 'a', {}), 'data.version')).toBe(1)
  })
})
