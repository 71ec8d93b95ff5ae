import { startChecks } from '@fourtwelve/checker'
import { SWITCHES, type JsonObject, type Switches } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { play, type Played } from './play-scenario.ts'

/** Any way to turn the switches. */
const switches: fc.Arbitrary<JsonObject> = fc.record(
  Object.fromEntries(Object.entries(SWITCHES).map(([name, values]) => [name, fc.constantFrom<string>(...values)])),
)

const PLAIN = 'question: q\nseed: 1\nsteps: [{ get: sys/health, node: n0, expect: 200 }]\n'
/** All clusters of one seed have one id. */
const cluster = play(PLAIN).runs[0]?.cluster ?? ''
const headerValue = (id: string, local: number): string =>
  Buffer.from(`v1:${id}:${local}:0:${'ab'.repeat(32)}`).toString('base64')

/** X-Vault-Index values that no server signed, and tokens that none issued. */
const VALUES: Readonly<Record<string, string>> = {
  badMac: headerValue(cluster, 1),
  badMacAhead: headerValue(cluster, 100_000),
  foreign: headerValue('c0ffee00-0000-4000-8000-000000000000', 1),
  nonsense: 'nonsense',
  notIssued: 'hvs.CAESIDWpVVRb3RBN0Srl4IZtMjXURJYfTJPtsX31i2RxiKyBGh4KHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1g',
}
const VALUE_NAMES = ['badMac', 'badMacAhead', 'foreign', 'nonsense']
const SAVED = ['0', '1', '2']

const node = fc.constantFrom('n0', 'n1', 'n2')
const link = fc.constantFrom('n0->n1', 'n0->n2')
const slot = fc.constantFrom(...SAVED)
const index = fc.array(fc.constantFrom(...SAVED.map((at) => `i${at}`), ...VALUE_NAMES), { maxLength: 3 })
const token = fc.constantFrom('root', ...SAVED.map((at) => `t${at}`), 'notIssued')

const step: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ node, at: slot, uses: fc.constantFrom(0, 0, 2) }).map(({ node: to, at, uses }) => ({
    post: 'auth/token/create', node: to, body: { policies: ['default', 'root'], num_uses: uses }, save: { [`t${at}`]: 'auth.client_token', [`i${at}`]: 'index' },
  })) },
  { weight: 3, arbitrary: fc.record({ node, at: slot, token }).map(({ node: to, at, token: by }) => ({
    put: 'secret/data/a', node: to, token: by, body: { data: { at } }, save: { [`i${at}`]: 'index' },
  })) },
  { weight: 6, arbitrary: fc.record({ get: fc.constantFrom('auth/token/lookup-self', 'secret/data/a'), node, token, index }) },
  { weight: 1, arbitrary: fc.record({ get: fc.constant('secret/data/a'), node, token, index, inconsistent: fc.constant('forward-active-node') }) },
  { weight: 1, arbitrary: fc.record({ get: fc.constant('secret/data/a'), node, token, forward: fc.constant(true) }) },
  { weight: 5, arbitrary: fc.record({ word: fc.constantFrom('lookup', 'renew', 'revoke', 'revoke-orphan'), node, token, at: slot, index }).map(({ word, at, ...rest }) => ({
    post: `auth/token/${word}`, body: { token: `\${t${at}}` }, ...rest,
  })) },
  { weight: 1, arbitrary: fc.record({ post: fc.constant('auth/token/renew-self'), node, token, index }) },
  { weight: 2, arbitrary: fc.constantFrom({ wait: '1ms' }, { wait: '50ms' }, { wait: '400ms' }) },
  { weight: 1, arbitrary: link.map((hold) => ({ hold })) },
  { weight: 1, arbitrary: link.map((release) => ({ release })) },
  { weight: 1, arbitrary: fc.constantFrom({ step_down: 'active' }, { kill: 'random', for: '1s' }, { pause: 'random', for: '2s' }, { cut: 'random', for: '2s' }) },
  { weight: 1, arbitrary: fc.constant({ wait_until: 'leader' }) },
) // prettier-ignore

/** Saves every name, so that later steps can use any of them. */
const FIRST_STEPS: readonly JsonObject[] = [
  ...SAVED.map((at) => ({
    post: 'auth/token/create',
    node: 'n0',
    body: { policies: ['default'] },
    save: { [`t${at}`]: 'auth.client_token' },
  })),
  ...SAVED.map((at) => ({ put: 'secret/data/a', node: 'n0', body: { data: { at } }, save: { [`i${at}`]: 'index' } })),
]

const script = fc.array(step, { minLength: 5, maxLength: 40 })

const replication = fc.record({
  allow_forwarding_via_header: fc.boolean(),
  allow_forwarding_via_token: fc.constantFrom('', 'new_token'),
})

const played = (server: JsonObject, steps: readonly JsonObject[]): Played =>
  play(
    JSON.stringify({
      question: 'q',
      seed: 1,
      topology: { standbys: 2 },
      lag: { default: '100ms', links: { 'n0->n2': '300ms' } },
      // Links that are held are released before it.
      cooldown: '5s',
      server: { election_timeout: '500ms', ...server },
      values: VALUES,
      steps: [...FIRST_STEPS, ...steps],
      expect: { witnesses: ['requests >= 1'] },
    }),
  )

describe('servers that do as they are configured', () => {
  test('break no law, however their switches are turned', () => {
    const judged = new Map<string, number>()
    fc.assert(
      fc.property(switches, replication, script, (turned, stanza, steps) => {
        const { laws } = played({ switches: turned, replication: stanza }, steps)
        for (const { name, checked, witness } of laws) {
          expect(witness?.prose).toBeUndefined()
          judged.set(name, (judged.get(name) ?? 0) + checked)
        }
      }),
      { numRuns: 100 },
    )
    // What a few seconds of any steps cannot show: a token that grows old, a DR promotion, a lease of something else.
    const busy = ['wal-prefix', 'token-gate', 'header-gate', '412-justified', 'acknowledged-survives', 'one-active-a-term', 'term-and-index-rise', 'applied-never-back', 'convergence'] // prettier-ignore
    for (const name of busy)
      expect([name, judged.get(name) ?? 0]).toEqual([name, expect.toSatisfy((checked: number) => checked > 10)])
  })

  test.each<[Partial<Switches>, Partial<Switches>, JsonObject, string]>([
    [
      { several_indexes: 'any' },
      { several_indexes: 'all' },
      { get: 'secret/data/a', node: 'n1', index: ['i0', 'i1'], expect: 200 },
      'header-gate',
    ],
    [
      { storage: 'consul', consul_index_check: 'on' },
      { storage: 'consul', consul_index_check: 'off' },
      { get: 'auth/token/lookup-self', node: 'n1', token: 't1', expect: 412 },
      '412-justified',
    ],
    [
      { edition: 'enterprise' },
      { edition: 'community' },
      { get: 'auth/token/lookup-self', node: 'n1', token: 't1', expect: 412 },
      '412-justified',
    ],
    [
      { several_indexes: 'all' },
      { several_indexes: 'any' },
      { get: 'secret/data/a', node: 'n1', index: ['i0', 'i1'], expect: 412 },
      '412-justified',
    ],
    [
      { bad_index: '412' },
      { bad_index: 'ignore' },
      { get: 'secret/data/a', node: 'n1', index: ['i0', 'foreign'], expect: 412 },
      '412-justified',
    ],
  ])('are judged by their own switches: with %j they may do what with %j they may not', (own, others, last, law) => {
    const { history, laws, run } = played({ switches: own }, [
      { put: 'secret/data/a', node: 'n0', body: { data: {} }, save: { i0: 'index' } },
      { wait: '200ms' },
      { put: 'secret/data/a', node: 'n0', body: { data: {} }, save: { i1: 'index' } },
      { post: 'auth/token/create', node: 'n0', body: { policies: ['default'] }, save: { t1: 'auth.client_token' } },
      last,
    ])
    expect(run.steps.flatMap(({ failures }) => failures)).toEqual([])
    expect(laws.filter(({ verdict }) => verdict === 'broken')).toEqual([])
    const checks = startChecks()
    for (const record of history) {
      checks.observe(record.kind === 'run' ? { ...record, switches: { ...record.switches, ...others } } : record)
    }
    expect(checks.verdicts().flatMap(({ name, verdict }) => (verdict === 'broken' ? [name] : []))).toContain(law)
  })
})
