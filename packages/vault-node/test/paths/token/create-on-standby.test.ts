import {
  DEFAULT_SERVER_CONFIG,
  nodeId,
  seconds,
  term,
  vaultRequest,
  type ClusterId,
  type JsonObject,
  type ServerConfig,
} from '@fourtwelve/protocol'
import { foundCluster, joinCluster, step, type Effect, type NodeState } from '@fourtwelve/vault-node'
import { describe, expect, it } from 'vitest'
import { createTestCrypto } from '../../test-crypto.ts'

const NOW = seconds(1_767_225_600)
const crypto = createTestCrypto()

interface Pair {
  readonly active: NodeState
  readonly standby: NodeState
  readonly rootToken: string
}

function pair(config: ServerConfig = DEFAULT_SERVER_CONFIG): Pair {
  const founding = { cluster: 'pair' as ClusterId, clusterName: 'pair', term: term(1), config }
  const { entries, rootToken } = foundCluster(founding, null, [], NOW, crypto)
  const nodes = [nodeId(0), nodeId(1)]
  const join = (ordinal: number): NodeState =>
    joinCluster({ ...founding, id: nodeId(ordinal), nodes, active: nodeId(0) }, entries, NOW, crypto)
  const active = join(0)
  const standby = join(1)
  step(active, { kind: 'connected', peer: nodeId(1) }, NOW, crypto)
  step(standby, { kind: 'connected', peer: nodeId(0) }, NOW, crypto)
  return { active, standby, rootToken }
}

const create = (node: NodeState, token: string, value: JsonObject): readonly Effect[] =>
  step(
    node,
    {
      kind: 'request',
      id: 1,
      request: vaultRequest('POST', 'auth/token/create', { token, body: { kind: 'json', value } }),
    },
    NOW,
    crypto,
  )

const repliesIn = (effects: readonly Effect[]): readonly object[] =>
  effects.flatMap((effect) => (effect.kind === 'reply' ? [effect.answer.reply] : []))

describe('auth/token/create on a standby', () => {
  it('asks the active node for a service token after checking everything here', () => {
    const { standby, rootToken } = pair()
    const [sent, ...rest] = create(standby, rootToken, { policies: ['default'], ttl: '1h' }).filter(
      ({ kind }) => kind === 'send',
    )
    expect(rest).toEqual([])
    expect(sent).toMatchObject({
      to: 'n0',
      message: { kind: 'call', what: { kind: 'create-token', path: 'auth/token/create', orphan: false, sudo: true } },
    })
    expect(JSON.stringify(sent)).not.toContain(rootToken)
  })

  it('refuses here what it can refuse', () => {
    const { standby, rootToken } = pair()
    const effects = create(standby, rootToken, { policies: ['default'], ttl: 'soon' })
    expect(effects.filter(({ kind }) => kind === 'send')).toEqual([])
    expect(repliesIn(effects)).toMatchObject([{ status: 400, body: { errors: ['time: invalid duration "soon"'] } }])
  })

  it('makes a batch token here, without a word to the active node or to its own disk', () => {
    const { standby, rootToken } = pair()
    const effects = create(standby, rootToken, { policies: ['default'], type: 'batch', ttl: '1h' })
    expect(effects.filter(({ kind }) => kind === 'send' || kind === 'append')).toEqual([])
    expect(repliesIn(effects)).toMatchObject([
      {
        status: 200,
        index: null,
        body: { auth: { token_type: 'batch', client_token: expect.stringMatching(/^hvb\./) } },
      },
    ])
  })

  it('is checked again on the active node, which may no longer know the parent', () => {
    const { active, standby, rootToken } = pair()
    const [sent] = create(standby, rootToken, { policies: ['default'] }).filter((effect) => effect.kind === 'send')
    if (sent?.kind !== 'send') throw new Error('nothing was sent')
    const revoke = vaultRequest('POST', 'auth/token/revoke-self', { token: rootToken })
    step(active, { kind: 'request', id: 2, request: revoke }, NOW, crypto)
    step(active, { kind: 'message', from: nodeId(1), message: sent.message }, NOW, crypto)
    const answers = [...step(active, { kind: 'flushed', through: active.log.head }, NOW, crypto)]
    const received = { kind: 'received', term: active.term, received: active.log.head } as const
    answers.push(...step(active, { kind: 'message', from: nodeId(1), message: received }, NOW, crypto))
    const results = answers.flatMap((effect) =>
      effect.kind === 'send' && effect.message.kind === 'answer' ? [effect.message.answer.result] : [],
    )
    expect(results).toMatchObject([
      { kind: 'refused', status: 400, error: 'parent token lookup failed: no parent found' },
    ])
  })

  it('goes to the active node as it is where the switch says so', () => {
    const { standby, rootToken } = pair({
      ...DEFAULT_SERVER_CONFIG,
      switches: { ...DEFAULT_SERVER_CONFIG.switches, token_create: 'forward' },
    })
    const sent = create(standby, rootToken, { policies: ['default'] }).filter(({ kind }) => kind === 'send')
    expect(sent).toMatchObject([{ message: { kind: 'forward' } }])
  })
})
