import {
  DEFAULT_SERVER_CONFIG,
  nodeId,
  seconds,
  term,
  vaultRequest,
  type ClusterId,
  type VaultReply,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step } from '@fourtwelve/vault-node'
import { describe, expect, it } from 'vitest'
import { createTestCrypto } from '../../test-crypto.ts'

const cluster = {
  cluster: 'test-cluster' as ClusterId,
  clusterName: 'test',
  term: term(1),
  config: DEFAULT_SERVER_CONFIG,
  nodes: [nodeId(0), nodeId(1)],
  active: nodeId(0),
}

/** What a standby answers to a read after each entry of what was done to `secret/a`, from the first one on. */
function readsBetweenWrites(act: readonly ReturnType<typeof vaultRequest>[]): readonly VaultReply[] {
  const crypto = createTestCrypto()
  const now = seconds(1_767_225_600)
  const { entries, rootToken } = foundCluster(cluster, null, act, now, crypto)
  const acted = entries.findIndex(({ changes }) => changes[0]?.key.endsWith('versions/a/1'))
  return entries.slice(acted).map((_, written) => {
    const here = entries.slice(0, acted + written + 1)
    const standby = joinCluster({ ...cluster, id: nodeId(1) }, here, now, crypto)
    const request = vaultRequest('GET', 'secret/data/a', { token: rootToken })
    const [effect] = step(standby, { kind: 'request', id: 1, request }, now, crypto)
    if (effect?.kind !== 'reply') throw new Error('the standby did not answer at once')
    return effect.answer.reply
  })
}

const json = (value: object): { body: { kind: 'json'; value: never } } => ({
  body: { kind: 'json', value: value as never },
})

describe('a standby between the writes of one request', () => {
  it('never sees a version before its data', () => {
    const write = vaultRequest('POST', 'secret/data/a', json({ data: { x: 1 } }))
    expect(readsBetweenWrites([write, write]).map(({ status }) => status)).toEqual([404, 200, 200, 200])
  })

  it('never sees a destroyed version without its mark', () => {
    const write = vaultRequest('POST', 'secret/data/a', json({ data: { x: 1 } }))
    const destroy = vaultRequest('PUT', 'secret/destroy/a', json({ versions: [1] }))
    expect(readsBetweenWrites([write, destroy]).map(({ status }) => status)).toEqual([404, 200, 404, 404])
  })

  it('says so in the middle of a deletion of everything, as Vault does', () => {
    const write = vaultRequest('POST', 'secret/data/a', json({ data: { x: 1 } }))
    const replies = readsBetweenWrites([write, vaultRequest('DELETE', 'secret/metadata/a')])
    expect(replies.map(({ status }) => status)).toEqual([404, 200, 500, 404])
    expect(replies[2]?.body).toEqual({ errors: ['1 error occurred:\n\t* could not find version data\n\n'] })
  })
})
