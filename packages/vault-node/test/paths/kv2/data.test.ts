import { seconds } from '@fourtwelve/protocol'
import { beforeEach, describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { makeToken, part, writesOf } from '../answer-parts.ts'
import { readWithQuery, writeData } from './ask-secret.ts'

let node: OneNode
beforeEach(() => {
  node = oneNode()
})

const STALE = 'check-and-set parameter did not match the current version'
const refusal = (error: string): object => ({ status: 400, body: { errors: [error] } })

describe('secret/data', () => {
  it('keeps versions, and answers the latest or the one that is asked for', () => {
    expect(writeData(node, 'app/db', { pass: 'one' }).body?.['data']).toEqual({
      created_time: '2026-01-01T00:00:00Z',
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: 1,
    })
    writeData(node, 'app/db', { pass: 'two' })
    const latest = node.ask('GET', 'secret/data/app/db')
    expect(part(latest, 'data.data')).toEqual({ pass: 'two' })
    expect(part(latest, 'data.metadata.version')).toBe(2)
    expect(part(readWithQuery(node, 'secret/data/app/db', { version: '1' }), 'data.data')).toEqual({ pass: 'one' })
    expect(part(readWithQuery(node, 'secret/data/app/db', { version: '0' }), 'data.data')).toEqual({ pass: 'two' })
    expect(readWithQuery(node, 'secret/data/app/db', { version: '9' })).toMatchObject({
      status: 404,
      body: { errors: [] },
    })
    expect(readWithQuery(node, 'secret/data/app/db', { version: 'x' })).toMatchObject({ status: 400 })
  })

  it('costs two writes: the version, then the metadata that names it', () => {
    const before = node.state.log.head
    writeData(node, 'app/db', { pass: 'one' })
    const keys = node.state.log.head - before
    expect(keys).toBe(2)
    expect([...node.state.store.entries()].slice(-2).map(([key]) => key.replace(/^logical\/[^/]+\//, ''))).toEqual([
      'versions/app/db/1',
      'metadata/app/db',
    ])
  })

  it('refuses a write without data before it looks at the options', () => {
    expect(node.ask('POST', 'secret/data/a', { user: 'u' })).toMatchObject(refusal('no data provided'))
    expect(node.ask('POST', 'secret/data/a', { options: { cas: 7 } })).toMatchObject(refusal('no data provided'))
  })

  it.each([
    [0, 0, 200],
    ['0', 0, 200],
    [1, 0, 400],
    [0, 1, 400],
    [1, 1, 200],
    ['1', 1, 200],
    [2, 1, 400],
  ])('judges cas %j against version %i with %i', (cas, version, status) => {
    for (let written = 0; written < version; written++) writeData(node, 'a', {})
    const reply = writeData(node, 'a', { x: 1 }, { cas })
    expect(reply.status).toBe(status)
    if (status === 400) expect(reply).toMatchObject(refusal(STALE))
  })

  it('refuses a cas that is no number, and asks for one where it must be given', () => {
    expect(writeData(node, 'a', {}, { cas: 'x' })).toMatchObject(refusal('error parsing check-and-set parameter'))
    node.ask('POST', 'secret/metadata/strict', { cas_required: true })
    const required = refusal('check-and-set parameter required for this call')
    expect(writeData(node, 'strict', {})).toMatchObject(required)
    expect(writeData(node, 'strict', {}, { cas: 0 }).status).toBe(200)
    node.ask('POST', 'secret/config', { cas_required: true })
    expect(writeData(node, 'other', {})).toMatchObject(required)
  })

  it('keeps ten versions, and deletes what is older', () => {
    for (let version = 1; version <= 12; version++) writeData(node, 'a', { version })
    expect(readWithQuery(node, 'secret/data/a', { version: '2' }).status).toBe(404)
    expect(readWithQuery(node, 'secret/data/a', { version: '3' }).status).toBe(200)
    const metadata = node.ask('GET', 'secret/metadata/a')
    expect(part(metadata, 'data.oldest_version')).toBe(3)
    expect(Object.keys(part(metadata, 'data.versions') as object)).toHaveLength(10)
    expect(writesOf(node, () => writeData(node, 'a', {}))).toBe(3)
  })

  it('deletes all that is too old at once when fewer are kept', () => {
    for (let version = 1; version <= 5; version++) writeData(node, 'a', { version })
    node.ask('POST', 'secret/metadata/a', { max_versions: 2 })
    expect(writesOf(node, () => writeData(node, 'a', {}))).toBe(2 + 4)
    const stored = [...node.state.store.entries()].map(([key]) => key).filter((key) => key.includes('/versions/a/'))
    expect(stored.map((key) => key.slice(-1)).sort()).toEqual(['5', '6'])
  })

  it('marks the latest version as deleted: 404 with all that is known of it', () => {
    writeData(node, 'a', { x: 1 })
    expect(writesOf(node, () => expect(node.ask('DELETE', 'secret/data/a').status).toBe(204))).toBe(1)
    const reply = node.ask('GET', 'secret/data/a')
    expect(reply.status).toBe(404)
    expect(reply.body?.['data']).toEqual({
      data: null,
      metadata: {
        created_time: '2026-01-01T00:00:00Z',
        custom_metadata: null,
        deletion_time: '2026-01-01T00:00:00Z',
        destroyed: false,
        version: 1,
      },
    })
    expect(writesOf(node, () => expect(node.ask('DELETE', 'secret/data/a').status).toBe(204))).toBe(0)
    expect(node.ask('DELETE', 'secret/data/none').status).toBe(204)
  })

  it('lets versions go by themselves after delete_version_after, the shorter one', () => {
    node.ask('POST', 'secret/config', { delete_version_after: '1h' })
    node.ask('POST', 'secret/metadata/a', { delete_version_after: '10m' })
    writeData(node, 'a', { x: 1 })
    writeData(node, 'b', { x: 1 })
    node.pass(seconds(599))
    expect(node.ask('GET', 'secret/data/a').status).toBe(200)
    node.pass(seconds(1))
    expect(node.ask('GET', 'secret/data/a').status).toBe(404)
    expect(node.ask('GET', 'secret/data/b').status).toBe(200)
    node.pass(seconds(3000))
    expect(node.ask('GET', 'secret/data/b').status).toBe(404)
  })

  it('keeps versions for ever when the mount switches delete_version_after off', () => {
    node.ask('POST', 'secret/config', { delete_version_after: '-1s' })
    node.ask('POST', 'secret/metadata/a', { delete_version_after: '10m' })
    writeData(node, 'a', { x: 1 })
    node.pass(seconds(100_000))
    expect(node.ask('GET', 'secret/data/a').status).toBe(200)
  })
})

describe('PATCH of secret/data', () => {
  it('merges into the latest version, and null takes a field away', () => {
    writeData(node, 'a', { keep: 1, drop: 2, deep: { x: 1, y: 2 } })
    const reply = node.ask('PATCH', 'secret/data/a', { data: { drop: null, deep: { y: 3 } }, options: { cas: 1 } })
    expect(part(reply, 'data.version')).toBe(2)
    expect(part(node.ask('GET', 'secret/data/a'), 'data.data')).toEqual({ keep: 1, deep: { x: 1, y: 3 } })
    expect(part(readWithQuery(node, 'secret/data/a', { version: '1' }), 'data.data')).toMatchObject({ drop: 2 })
  })

  it('needs something to patch', () => {
    expect(node.ask('PATCH', 'secret/data/a', { data: {} })).toEqual({ status: 404, index: null, body: null })
    writeData(node, 'a', {})
    node.ask('DELETE', 'secret/data/a')
    const gone = node.ask('PATCH', 'secret/data/a', { data: {} })
    expect(gone.status).toBe(404)
    expect(part(gone, 'data.version')).toBe(1)
    expect(node.ask('PATCH', 'secret/data/a', {})).toMatchObject(refusal('no data provided'))
    expect(node.ask('PATCH', 'secret/data/a', { data: {}, options: { cas: 5 } })).toMatchObject(refusal(STALE))
  })

  it('needs the patch capability', () => {
    writeData(node, 'a', {})
    node.ask('PUT', 'sys/policy/writer', { policy: 'path "secret/data/*" { capabilities = ["create", "update"] }' })
    const token = makeToken(node, { policies: ['writer'] })
    expect(node.ask('PATCH', 'secret/data/a', { data: {} }, token).status).toBe(403)
    expect(node.ask('POST', 'secret/data/a', { data: {} }, token).status).toBe(200)
  })
})
