import type { ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { describe, expect, test } from 'vitest'
import { failures, play, type Played } from './play-scenario.ts'

/** What went out and what came back for each request, in order. */
const exchanges = ({
  calls,
  replies,
}: Played): { path: string; named: TokenRecord | undefined; made: ReplyRecord['token'] }[] =>
  calls.map(({ id, path, bodyToken }) => ({
    path,
    named: bodyToken,
    made: replies.find((reply) => reply.id === id)?.token ?? null,
  }))

describe('the history of a run', () => {
  test('says how the switches of its servers stand', () => {
    const { runs } = play(`question: q
server: { switches: { storage: consul, several_indexes: any } }
steps: [{ get: sys/health, node: n0, expect: 200 }]
`)
    expect(runs.map(({ switches }) => switches)).toMatchObject([
      { storage: 'consul', several_indexes: 'any', edition: 'enterprise', bad_index: '412' },
    ])
  })

  test('has a new token where one was made, and none where a renewal says it again', () => {
    const played = play(`question: q
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default], ttl: 1h }, save: { tok: auth.client_token, acc: auth.accessor }, expect: 200 }
  - { post: auth/token/renew-self, node: n0, token: tok, body: { increment: 2h }, expect: { status: 200, body: { auth.client_token: '\${tok}' } } }
  - { post: auth/token/renew, node: n0, body: { token: '\${tok}' }, expect: { status: 200, body: { auth.client_token: '\${tok}' } } }
  - { post: auth/token/renew-accessor, node: n0, body: { accessor: '\${acc}' }, expect: 200 }
  - { get: auth/token/lookup-self, node: n0, token: tok, expect: 200 }
  - { post: auth/token/create, node: n0, token: tok, body: { policies: [default] }, expect: 403 }
`)
    expect(failures(played)).toEqual([])
    const [create, ...others] = exchanges(played)
    expect(create?.made).toMatchObject({ type: 'service' })
    expect(others.map(({ made }) => made)).toEqual([null, null, null, null, null])
  })

  test('has the token that the body or the query names, on the paths that check it', () => {
    const played = play(`question: q
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default] }, save: { tok: auth.client_token }, expect: 200 }
  - { post: auth/token/lookup, node: n0, body: { token: '\${tok}' }, expect: 200 }
  - { get: auth/token/lookup, node: n0, query: { token: '\${tok}' }, expect: 200 }
  - { post: auth/token/lookup, node: n0, expect: 200 }
  - { put: secret/data/a, node: n0, body: { data: { v: 1 }, token: '\${tok}' }, expect: 200 }
  - { post: auth/token/revoke-orphan, node: n0, body: { token: '\${tok}' }, expect: 204 }
`)
    expect(failures(played)).toEqual([])
    const [create, ...others] = exchanges(played)
    const tok = create?.made
    expect(others).toEqual([
      { path: 'auth/token/lookup', named: tok, made: null },
      { path: 'auth/token/lookup', named: tok, made: null },
      { path: 'auth/token/lookup', named: { type: 'none' }, made: null },
      { path: 'secret/data/a', named: undefined, made: null },
      { path: 'auth/token/revoke-orphan', named: tok, made: null },
    ])
  })

  test('lets the laws judge a 412 on account of the token in the body', () => {
    const { laws, replies } = play(`question: q
lag: 400ms
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default] }, save: { tok: auth.client_token }, expect: 200 }
  - { post: auth/token/lookup, node: n1, body: { token: '\${tok}' }, expect: 412 }
  - { post: auth/token/renew, node: n1, body: { token: '\${tok}' }, expect: 412 }
  - { wait: 500ms }
  - { post: auth/token/lookup, node: n1, body: { token: '\${tok}' }, expect: 200 }
`)
    expect(replies.map(({ status }) => status)).toEqual([200, 412, 412, 200])
    expect(laws.find(({ name }) => name === '412-justified')).toMatchObject({ verdict: 'holds', checked: 2 })
    expect(laws.find(({ name }) => name === 'token-gate')).toMatchObject({ verdict: 'holds', checked: 1 })
  })
})
