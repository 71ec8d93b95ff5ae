import { describe, expect, test } from 'vitest'
import { DEFAULT_SERVER_CONFIG, micros, milliseconds, seconds, SWITCHES } from '@fourtwelve/protocol'
import { parseScenario, STARTER_SCENARIO } from '@fourtwelve/scenario'
import { goodScenario, LEAST } from './read-good-file.ts'

const constant = (value: number): object => ({
  kind: 'drawn',
  from: { dist: 'constant', value },
  sample: 'batch',
  spikes: null,
})

describe('what a file leaves out', () => {
  test('has the documented defaults', () => {
    const scenario = goodScenario(LEAST, { file: 'scenarios/01-least.yaml' })
    expect(scenario).toEqual({
      version: 1,
      name: '01-least',
      question: 'q',
      answer: null,
      seed: 1,
      duration: null,
      cooldown: 0,
      standbys: 1,
      lag: { default: constant(0), links: [] },
      network: {
        client: { dist: 'constant', value: 0 },
        delivery: { dist: 'constant', value: 200 },
        forward: { dist: 'constant', value: 500 },
      },
      disk: { flush: { dist: 'constant', value: 100 } },
      server: DEFAULT_SERVER_CONFIG,
      cost: { read: 0, write: 0, login: 0 },
      runtime: 'any',
      crypto: 'stand-in',
      given: { policies: [], users: [], secrets: [], requests: [] },
      values: {},
      steps: [
        {
          kind: 'request',
          client: 'client',
          node: 'n0',
          request: {
            method: 'GET',
            path: 'sys/health',
            query: {},
            body: null,
            token: { kind: 'root' },
            index: [],
            forward: false,
            inconsistent: '',
            save: [],
            expect: {
              status: [200],
              error: null,
              warning: null,
              body: [],
              servedBy: null,
              forwarded: null,
              after: null,
              within: null,
            },
          },
          as: 'none',
          note: null,
        },
      ],
      clients: [],
      faults: [],
      expect: { lawsExcept: [], thresholds: [], liveThresholds: null, witnesses: [] },
    })
  })

  test.each([
    ['a/b/storm.yml', 'storm'],
    ['storm.v2.JSON', 'storm.v2'],
    ['C:\\x\\storm.yaml', 'storm'],
    ['.yaml', 'scenario'],
    ['', 'scenario'],
  ])('a file called %j names its scenario %s', (file, name) => {
    expect(goodScenario(LEAST, { file }).name).toBe(name)
  })
})

test('a JSON file says the same as a YAML file, tabs included', () => {
  const json = '{\n\t"question": "q",\n\t"steps": [{"get": "sys/health", "node": "n0", "expect": 200}]\n}\n'
  expect(goodScenario(json)).toEqual(goodScenario(LEAST))
})

test('anchors and aliases write a flow once', () => {
  const scenario = goodScenario(`${LEAST}duration: 1s
clients:
  - { name: a, sessions: 1, arrival: once, flow: &flow [{ get: secret/data/app }] }
  - { name: b, sessions: 1, arrival: once, flow: *flow }
`)
  expect(scenario.clients[1]?.flow).toEqual(scenario.clients[0]?.flow)
})

describe('lag', () => {
  const lagOf = (text: string): unknown => goodScenario(`${LEAST}topology: { standbys: 3 }\nlag: ${text}\n`).lag
  const drawn = (from: object, sample = 'batch', spikes: object | null = null): object => ({
    kind: 'drawn',
    from,
    sample,
    spikes,
  })

  test.each([
    ['400ms', constant(400_000)],
    ['0', constant(0)],
    ['raft', { kind: 'raft' }],
    ['{ dist: uniform, min: 1ms, max: 2ms, sample: entry }', drawn({ dist: 'uniform', min: 1000, max: 2000 }, 'entry')],
    ['{ dist: normal, mean: 2ms, stddev: 500us }', drawn({ dist: 'normal', mean: 2000, stddev: 500, min: 0 })],
    ['{ dist: lognormal, median: 20ms, sigma: 0.8 }', drawn({ dist: 'lognormal', median: 20_000, sigma: 0.8 })],
    ['{ dist: exponential, mean: 1s, min: 1ms }', drawn({ dist: 'exponential', mean: 1_000_000, min: 1000 })],
  ])('%s is the lag of every link', (text, model) => {
    expect(lagOf(text)).toEqual({ default: model, links: [] })
  })

  test('differs by link, and spikes stand on every drawn one', () => {
    const spikes = { every: 15_000_000, add: 2_000_000, for: 1_000_000, jitter: 0.2 }
    expect(
      lagOf(
        '{ default: 20ms, links: { n0->n2: raft, n0->n3: 1s }, spikes: {every: 15s, add: 2s, for: 1s, jitter: 0.2} }',
      ),
    ).toEqual({
      default: drawn({ dist: 'constant', value: 20_000 }, 'batch', spikes),
      links: [
        { link: 'n0->n2', lag: { kind: 'raft' } },
        { link: 'n0->n3', lag: drawn({ dist: 'constant', value: 1_000_000 }, 'batch', spikes) },
      ],
    })
  })

  test('plays a column of a file that is read beside the scenario', () => {
    const asked: string[] = []
    const scenario = goodScenario(`${LEAST}lag: { dist: trace, file: traces/a.csv, column: w_ms }\n`, {
      readText: (path) => {
        asked.push(path)
        return { text: 'w_ms\n1\n2.5\n' }
      },
    })
    expect(asked).toEqual(['traces/a.csv'])
    expect(scenario.lag.default).toEqual(drawn({ dist: 'trace', values: [1000, 2500] }))
  })
})

test('the servers take the words of the replication stanza and of the switches', () => {
  const { server, cost } = goodScenario(`${LEAST}server:
  replication: { allow_forwarding_via_header: true, allow_forwarding_via_token: [new_token] }
  switches: { bad_index: 412, bad_token: 500, edition: community, consul_index_check: on }
  max_request_duration: 5s
  version: "1.16.3+ent"
  cost: { read: 1ms }
`)
  expect(server).toEqual({
    ...DEFAULT_SERVER_CONFIG,
    replication: {
      ...DEFAULT_SERVER_CONFIG.replication,
      allow_forwarding_via_header: true,
      allow_forwarding_via_token: 'new_token',
    },
    switches: {
      ...DEFAULT_SERVER_CONFIG.switches,
      bad_index: '412',
      bad_token: '500',
      edition: 'community',
      consul_index_check: 'on',
    },
    max_request_duration: seconds(5),
    version: '1.16.3+ent',
  })
  expect(cost).toEqual({ read: milliseconds(1), write: 0, login: 0 })
})

test('steps keep everything that a request can say', () => {
  const { steps } = goodScenario(`question: q
steps:
  - { post: auth/token/create, node: n0, client: ci, as: go, body: { ttl: 1h }, save: { t: auth.client_token, i: index }, note: first }
  - get: secret/data/\${t}
    node: n1
    token: t
    query: { version: 2, list: [a, b] }
    index: [i]
    forward: true
    inconsistent: forward-active-node
    expect:
      status: [200, 412]
      error: state
      warning: slow
      body: { data.data.x: 1, data.y: { exists: false }, data.z: { exists: true, more: 1 } }
      served_by: n0
      forwarded: header
      after: 1ms
      within: 2s
  - { get: a, node: n1, token: none, index: i }
  - { wait: 500ms, note: second }
  - { wait_until: applied, node: n1 }
  - { hold: n0->n1 }
  - { release: n0->n1 }
  - { cut: n0->n1 }
  - { heal: n0->n1 }
  - { lag: raft, link: n0->n1 }
`)
  expect(steps[0]).toMatchObject({
    client: 'ci',
    as: 'go',
    note: 'first',
    request: {
      method: 'POST',
      body: { ttl: '1h' },
      save: [
        { name: 't', from: 'body', path: ['auth', 'client_token'] },
        { name: 'i', from: 'index' },
      ],
    },
  })
  expect(steps[1]).toMatchObject({
    request: {
      path: 'secret/data/${t}',
      token: { kind: 'saved', name: 't' },
      query: { version: '2', list: ['a', 'b'] },
      index: ['i'],
      forward: true,
      inconsistent: 'forward-active-node',
      expect: {
        status: [200, 412],
        error: 'state',
        warning: 'slow',
        body: [
          { path: ['data', 'data', 'x'], is: 'equal', to: 1 },
          { path: ['data', 'y'], is: 'absent' },
          { path: ['data', 'z'], is: 'equal', to: { exists: true, more: 1 } },
        ],
        servedBy: 'n0',
        forwarded: 'header',
        after: milliseconds(1),
        within: seconds(2),
      },
    },
  })
  expect(steps.slice(2)).toMatchObject([
    { request: { token: { kind: 'none' }, index: ['i'] } },
    { kind: 'wait', for: milliseconds(500), note: 'second' },
    { kind: 'wait-until-applied', node: 'n1' },
    { kind: 'inflict', fault: { kind: 'hold', link: { from: 'n0', to: 'n1' } } },
    { kind: 'inflict', fault: { kind: 'release', link: { from: 'n0', to: 'n1' } } },
    { kind: 'inflict', fault: { kind: 'cut', link: { from: 'n0', to: 'n1' } } },
    { kind: 'inflict', fault: { kind: 'heal', link: { from: 'n0', to: 'n1' } } },
    { kind: 'inflict', fault: { kind: 'lag', link: { from: 'n0', to: 'n1' }, lag: { kind: 'raft' } } },
  ])
})

test('clients arrive, route and retry as they are told', () => {
  const { clients } = goodScenario(`${LEAST}duration: 10s
clients:
  - { name: a, sessions: 2, arrival: { rate: 200/s, executor: constant-rate }, flow: [{ get: x, expect: 200 }] }
  - { name: b, sessions: 2, arrival: { rate: 0.5/min }, routing: sticky, flow: [{ get: x }] }
  - { name: c, sessions: 2, arrival: { closed: true, think: 1s }, routing: n1, mitigation: go, flow: [{ list: x }] }
  - name: d
    sessions: 1
    arrival: once
    routing: active-only
    retry: { max: 5, min: 1s, max_wait: 2s }
    flow: [{ post: x, node: n0, save: { t: auth.client_token } }, { delete: y, token: t }]
`)
  const noRetry = { max: null, min: null, maxWait: null }
  expect(clients).toMatchObject([
    {
      arrival: { kind: 'constant-rate', count: 200, per: seconds(1) },
      routing: { kind: 'round-robin' },
      mitigation: 'none',
      retry: noRetry,
    },
    { arrival: { kind: 'constant-rate', count: 0.5, per: seconds(60) }, routing: { kind: 'sticky' } },
    { arrival: { kind: 'closed', think: seconds(1) }, routing: { kind: 'node', node: 'n1' }, mitigation: 'go' },
    {
      arrival: { kind: 'once' },
      routing: { kind: 'active-only' },
      retry: { max: 5, min: seconds(1), maxWait: seconds(2) },
    },
  ])
  expect(clients[3]?.flow).toMatchObject([
    { method: 'POST', node: 'n0' },
    { method: 'DELETE', node: null, token: { kind: 'saved', name: 't' } },
  ])
})

test('values are texts by their names', () => {
  expect(goodScenario(`${LEAST}values: { forged: djE6, empty: '', 7: seven }\n`).values).toEqual({
    forged: 'djE6',
    empty: '',
    7: 'seven',
  })
})

test('given state and expectations are kept in order, each row with its place', () => {
  const scenario = goodScenario(`${LEAST}given:
  policies: { b: 'path "x" {}', a: '' }
  users: { alice: { password: wonderland, policies: [a], token_ttl: 1h, token_type: batch, token_bound_cidrs: [] } }
  secrets: { secret/data/app: { colour: blue } }
  requests: [{ put: sys/mounts/kv, body: { type: kv } }, { put: sys/x }]
expect:
  laws: { except: [monotonic-reads] }
  thresholds: { 'http_412{client:client}': ['rate<0.05', 'count>=1'], latency: ['p(99.9)<2.5s'] }
  live: { thresholds: { latency: ['max<9s'] } }
  witnesses: ['http_412 >= 0']
`)
  expect(scenario.given).toEqual({
    policies: [
      { place: 'f.yaml:7:18', name: 'b', hcl: 'path "x" {}' },
      { place: 'f.yaml:7:36', name: 'a', hcl: '' },
    ],
    users: [
      {
        place: 'f.yaml:8:19',
        name: 'alice',
        fields: {
          password: 'wonderland',
          policies: ['a'],
          token_ttl: '1h',
          token_type: 'batch',
          token_bound_cidrs: [],
        },
      },
    ],
    secrets: [{ place: 'f.yaml:9:31', path: 'secret/data/app', fields: { colour: 'blue' } }],
    requests: [
      { place: 'f.yaml:10:14', path: 'sys/mounts/kv', body: { type: 'kv' } },
      { place: 'f.yaml:10:58', path: 'sys/x', body: {} },
    ],
  })
  expect(scenario.expect.lawsExcept).toEqual(['monotonic-reads'])
  expect(scenario.expect.thresholds.map((row) => [row.text, row.aggregate, row.limit])).toEqual([
    ['http_412{client:client} rate<0.05', { kind: 'rate' }, 0.05],
    ['http_412{client:client} count>=1', { kind: 'count' }, 1],
    ['latency p(99.9)<2.5s', { kind: 'percentile', percent: 99.9 }, micros(2_500_000)],
  ])
  expect(scenario.expect.liveThresholds).toMatchObject([{ text: 'latency max<9s', limit: seconds(9) }])
})

test('what a setting gives has the setting for its place', () => {
  const { given } = goodScenario(`${LEAST}given: { policies: { a: '', b: '' } }\n`, {
    set: [['given.policies.b', "path 'x'"]],
  })
  expect(given.policies.map(({ place }) => place)).toEqual(['f.yaml:6:25', "--set given.policies.b=path 'x':"])
})

test.each(Object.entries(SWITCHES))('the switch %s may be set to each of its words, and to no other', (name, words) => {
  const read = (word: string): unknown =>
    Object.entries(goodScenario(`${LEAST}server: { switches: { ${name}: ${word} } }\n`).server.switches)
  for (const word of words) expect(read(word)).toContainEqual([name, word])
  expect(() => read('neither')).toThrow(`server.switches.${name} must be one of ${words[0]}`)
})

describe('the starter', () => {
  test('parses, and asks for a 412 and then a 200', () => {
    const { steps } = goodScenario(STARTER_SCENARIO)
    const statuses = steps.flatMap((step) => (step.kind === 'request' ? [step.request.expect?.status] : []))
    expect(statuses).toEqual([[200], [412], [200]])
  })

  test('parses with the blocks that are commented out', () => {
    const whole = STARTER_SCENARIO.replaceAll(/^#(clients:|faults:| {2,}\S)/gm, '$1')
    const scenario = goodScenario(whole)
    expect(scenario.clients.length).toBeGreaterThan(0)
    expect(scenario.faults.length).toBeGreaterThan(0)
  })

  test('explains every key that a scenario can have at its top', () => {
    const problem = parseScenario(`${STARTER_SCENARIO}zzzzzzzzzzzzzzzz: 1\n`, { file: 'f' })
    const message = 'problems' in problem ? (problem.problems[0]?.message ?? '') : ''
    const keys = message.replace(/^.*known here are /, '').split(', ')
    expect(keys).toContain('question')
    const lines = STARTER_SCENARIO.split('\n')
    for (const key of keys) {
      const at = lines.findIndex((line) => line.startsWith(`${key}:`) || line.startsWith(`#${key}:`))
      const paragraph = lines.slice(0, at).findLastIndex((line) => line === '')
      const comment = lines.slice(paragraph + 1, at).some((line) => line.startsWith('# '))
      expect([key, at > 0, comment]).toEqual([key, true, true])
    }
  })
})
