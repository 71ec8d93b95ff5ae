import { describe, expect, test } from 'vitest'
import { LEAST, problemLines } from './read-good-file.ts'

const FAULT_STEPS =
  'lag, spike, hold, release, cut, heal, pause, resume, kill, restart, forwarding, slow_disk, slow_apply, clock_skew, shipper_buffer, step_down, promote, backup, restore'

/** What is added to the least scenario, from line 6 on, and every line that must come of it. */
const CASES: readonly (readonly [added: string, ...lines: string[]])[] = [
  [
    'nodez: 1',
    'f.yaml:6:1 nodez is no known key: known here are version, name, question, answer, seed, duration, cooldown, topology, lag, network, disk, server, runtime, crypto, given, values, steps, clients, faults, expect',
  ],
  ['sede: 1', 'f.yaml:6:1 sede is no known key (did you mean "seed"?)'],
  ['seed: 1.5', 'f.yaml:6:7 seed must be a whole number, not the number 1.5'],
  ['seed: -1', 'f.yaml:6:7 seed must be at least 0, not -1'],
  ['version: 2', 'f.yaml:6:10 version must be 1, not the number 2'],
  ['answer: 412', 'f.yaml:6:9 answer must be text, not the number 412: put it in quotes'],
  ['answer:', 'f.yaml:6:8 answer must be text, not empty'],
  ['crypto: rael', 'f.yaml:6:9 crypto must be one of stand-in, real, not the text "rael" (did you mean "real"?)'],
  ['topology: 3', 'f.yaml:6:11 topology must be a mapping, not the number 3'],
  ['topology: { standbys: 99 }', 'f.yaml:6:23 topology.standbys must be at most 15, not 99'],
  ['topology:\n  standbyz: 3', 'f.yaml:7:3 topology.standbyz is no known key (did you mean "standbys"?)'],
  // Durations
  ['cooldown: 5', 'f.yaml:6:11 cooldown must have a unit: write "5s" or "5ms"'],
  ['cooldown: five', 'f.yaml:6:11 cooldown must be a duration such as 250ms or 1m30s, not "five"'],
  ['cooldown: -5s', 'f.yaml:6:11 cooldown must not be negative, as -5s is'],
  ['cooldown: [5s]', 'f.yaml:6:11 cooldown must be a duration such as 250ms or 1m30s'],
  ['duration: 0s', 'f.yaml:6:11 duration must be longer than 0s'],
  // Lag and delays
  ['lag: soon', 'f.yaml:6:6 lag must be a duration such as 250ms or 1m30s, not "soon"'],
  ['lag: true', 'f.yaml:6:6 lag must be a duration such as 250ms, the word raft, or a mapping with `dist`'],
  [
    'lag: 1000000h',
    'f.yaml:6:6 lag is too long: value: 3600000000000000 is no lag: give whole microseconds from 0 to 31536000000000 (365 days)',
  ],
  [
    'lag: { dist: lognorml, median: 5ms }',
    'f.yaml:6:6 lag has the dist "lognorml", which is none of constant, uniform, normal, lognormal, exponential, trace (did you mean "lognormal"?)',
  ],
  [
    'lag: { median: 5ms, sigma: 1 }',
    'f.yaml:6:6 lag needs `dist`: one of constant, uniform, normal, lognormal, exponential, trace',
  ],
  [
    'lag:\n  dist: lognormal\n  median: 5\n  sigma: wide',
    'f.yaml:8:11 lag.median must have a unit: write "5s" or "5ms"',
    'f.yaml:9:10 lag.sigma must be a number, not the text "wide"',
  ],
  ['lag: { dist: lognormal, median: 5ms }', 'f.yaml:6:6 lag.sigma is missing'],
  [
    'lag: { dist: uniform, min: 2s, max: 1s }',
    'f.yaml:6:6 lag cannot be drawn from: min: 2000000 is above max 1000000: exchange them',
  ],
  ['lag: { default: 1s, link: {} }', 'f.yaml:6:21 lag.link is no known key (did you mean "links"?)'],
  [
    'lag: { links: { n0->n5: 1s } }',
    'f.yaml:6:17 lag.links.n0->n5 names n5, but this cluster has n0 and n1 (`topology.standbys` is 1)',
  ],
  [
    'lag: { links: { n1->n0: 1s } }',
    'f.yaml:6:17 lag.links.n1->n0 is no link: the log goes from n0 to a standby (did you mean "n0->n1"?)',
  ],
  ['lag: { links: { n0->n1: 1 } }', 'f.yaml:6:25 lag.links.n0->n1 must have a unit: write "1s" or "1ms"'],
  [
    'lag: { default: 1s, spikes: { every: 0s, add: 1s, for: 1s, jitter: 2 } }',
    'f.yaml:6:38 lag.spikes.every must be longer than 0s',
    'f.yaml:6:68 lag.spikes.jitter must be at most 1, not 2',
  ],
  [
    'lag: { default: raft, spikes: { every: 1s, add: 1s, for: 1s } }',
    'f.yaml:6:6 lag cannot have spikes on the lag `raft`: give `default` a distribution',
  ],
  [
    'lag: { dist: trace, file: a.csv, column: w_ms }',
    'f.yaml:6:6 lag cannot take column w_ms of a.csv: files cannot be read here',
  ],
  [
    'network: { forward: { dist: constant, value: 1ms, sample: entry } }',
    'f.yaml:6:59 network.forward.sample has a meaning for lag only',
  ],
  ['disk: { flsh: 1ms }', 'f.yaml:6:9 disk.flsh is no known key (did you mean "flush"?)'],
  // Servers
  [
    'server: { switches: { edition: comunity } }',
    'f.yaml:6:32 server.switches.edition must be one of enterprise, community, not the text "comunity" (did you mean "community"?)',
  ],
  [
    'server: { switches: { bad_indx: 412 } }',
    'f.yaml:6:23 server.switches.bad_indx is no known key (did you mean "bad_index"?)',
  ],
  ['server: { version: 1.18 }', 'f.yaml:6:20 server.version must be text, not the number 1.18: put it in quotes'],
  [
    'server: { replication: { allow_forwarding_via_token: new } }',
    'f.yaml:6:54 server.replication.allow_forwarding_via_token must be "", new_token or [new_token], not "new"',
  ],
  [
    'server: { replication: { logshipper_buffer_length: 0 } }',
    'f.yaml:6:52 server.replication.logshipper_buffer_length must be at least 1, not 0',
  ],
  // Given
  ['given: { users: { alice: { policies: [a] } } }', 'f.yaml:6:26 given.users.alice.password is missing'],
  ['given: { policies: { a: { path: x } } }', 'f.yaml:6:25 given.policies.a must be text, not a mapping'],
  [
    'given: { secrets: { /v1/secret/data/a: {} } }',
    'f.yaml:6:21 given.secrets./v1/secret/data/a must not begin with "/" or "v1/" (did you mean "secret/data/a"?)',
  ],
  // Clients
  [
    'clients: [{ name: a, sessions: 1, arrival: once, flow: [{ get: x }] }]',
    'f.yaml:1:1 duration is missing: it says how long the clients send, such as 60s',
  ],
  [
    'duration: 1s\nclients:\n  - { name: a.b, sessions: 0, arrival: { rate: 5 }, routing: stick, flow: [] }',
    'f.yaml:8:13 clients.0.name must be a name of up to 64 letters, digits, "-" and "_", not "a.b"',
    'f.yaml:8:28 clients.0.sessions must be at least 1, not 0',
    'f.yaml:8:48 clients.0.arrival.rate must say in which time: write "5/s" or "5/min"',
    'f.yaml:8:62 clients.0.routing must be one of sticky, round-robin, random, active-only, or a node, not "stick" (did you mean "sticky"?)',
    'f.yaml:8:75 clients.0.flow must not be empty',
  ],
  [
    'duration: 1s\nclients:\n  - { name: a, sessions: 1, arrival: { rat: 5/s }, routing: n7, flow: [{ get: x, noed: n1 }, { get: x, node: n2 }] }',
    'f.yaml:8:38 clients.0.arrival needs one of rate, closed (did you mean "rate"?)',
    'f.yaml:8:61 clients.0.routing is "n7", but this cluster has n0 and n1 (`topology.standbys` is 1)',
    'f.yaml:8:82 clients.0.flow.0.noed is no known key (did you mean "node"?)',
    'f.yaml:8:110 clients.0.flow.1.node is "n2", but this cluster has n0 and n1 (`topology.standbys` is 1)',
  ],
  [
    'duration: 1s\nclients:\n  - { name: a, sessions: 1, arrival: { rate: 5/day }, flow: [{ wait: 1s }] }\n  - { sessions: 1, flow: [{ get: x }] }',
    'f.yaml:8:46 clients.0.arrival.rate must be a rate such as 200/s, 10/min or 30/h, not "5/day"',
    'f.yaml:8:62 clients.0.flow.0 needs one of get, list, post, put, patch, delete',
    'f.yaml:9:5 clients.1.name is missing',
    'f.yaml:9:5 clients.1.arrival is missing',
  ],
  [
    'duration: 1s\nclients:\n  - &a { name: a, sessions: 1, arrival: once, flow: [{ get: x }] }\n  - *a',
    'f.yaml:8:16 clients.1.name is "a", as another client is',
  ],
  [
    'duration: 1s\nclients:\n  - { name: a, sessions: 1, arrival: once, flow: [{ get: x, token: t }, { post: y, save: { t: auth.client_token } }] }',
    'f.yaml:8:68 clients.0.flow.0.token uses "t", which no earlier request saves: nothing is saved before it',
  ],
  [
    "duration: 1s\nclients:\n  - { name: a, sessions: 1, arrival: once, flow: [{ put: 'x/${session}', save: { session: index } }, { get: 'x/${sesion}' }] }",
    "f.yaml:8:82 clients.0.flow.0.save.session is the session's own name in flows: take another name",
    'f.yaml:8:109 clients.0.flow.1.get uses "sesion", which no earlier request saves: nothing is saved before it (did you mean "session"?)',
  ],
  // Values
  [
    "values: { root: a, none: b, session: c, 'd e': f, g: 5, h: null }",
    'f.yaml:6:41 values.d e must be a name of up to 64 letters, digits, "-" and "_", not "d e"',
    'f.yaml:6:54 values.g must be text, not the number 5: put it in quotes',
    'f.yaml:6:60 values.h must be text, not empty',
  ],
  [
    'values: { root: a, none: b, session: c, good: d }',
    'f.yaml:6:11 values.root is a word of `token`: take another name',
    'f.yaml:6:20 values.none is a word of `token`: take another name',
    "f.yaml:6:29 values.session is the session's own name in flows: take another name",
  ],
  ['values: [a]', 'f.yaml:6:9 values must be a mapping, not a list'],
  // Faults
  [
    'faults:\n  - { at: 1s, do: hld, target: n0->n1 }\n  - { at: 1s, do: lag, target: n0->n1 }\n  - { at: 1s, do: release, for: 1s, target: n0->n1 }',
    'f.yaml:7:5 faults.0 has the do "hld", which is none of lag, spike, hold, release, cut, heal, pause, resume, kill, restart, forwarding, slow-disk, slow-apply, clock-skew, shipper-buffer, step-down, promote, backup, restore (did you mean "hold"?)',
    'f.yaml:8:5 faults.1 needs `lag` (the new lag) or `add` (what is added to it), and not both',
    'f.yaml:9:28 faults.2.for is no known key: known here are at, do, target',
  ],
  [
    'lag: raft\nfaults: [{ at: 1s, do: lag, add: 1s, target: n0->n1 }]',
    'f.yaml:7:34 faults.0.add cannot add 1s to a lag that is raft: write the whole new lag as `lag`',
  ],
  [
    'duration: 5s\ncooldown: 1s\nfaults: [{ at: 6s, do: hold, target: n0->n1 }]',
    'f.yaml:8:16 faults.0.at is 6s, when the run is over (`duration` and `cooldown`)',
  ],
  // Expectations
  [
    "expect: { witnesses: ['http_412 => 1', 'latency > 1', 'forwrded == 0'] }",
    'f.yaml:6:23 expect.witnesses.0 must be like "http_412 >= 1", not "http_412 => 1"',
    'f.yaml:6:40 expect.witnesses.1 counts something that happened: write a time as a threshold',
    'f.yaml:6:55 expect.witnesses.2 names no metric: "forwrded" is none of requests, operations, ok, http_307, http_400, http_403, http_404, http_412, http_500, http_503, http_5xx, lost, unexpected, forwarded, retries, survived_412, failed_412, warnings, wal_entries, storage_writes, elections, faults, faults_left_out, kills, restarts, unavailable, latency (did you mean "forwarded"?)',
  ],
  [
    "expect:\n  thresholds:\n    latency: ['p(99)<5', 'rate<1', 'p(101)<1s', 'fast']\n    wal_entries: ['rate<1']\n    'wal_entries{client:client}': ['count>1']\n    http_412{client: ['rate<1']",
    'f.yaml:8:15 expect.thresholds.latency.0 compares a time with "5": write a duration such as 2500ms',
    'f.yaml:8:26 expect.thresholds.latency.1 asks rate of latency, which has avg, min, med, max, p(N)',
    'f.yaml:8:36 expect.thresholds.latency.2 asks p(101) of latency, which has avg, min, med, max, p(N)',
    'f.yaml:8:49 expect.thresholds.latency.3 must be like "p(99)<2500ms" or "max<3s", not "fast"',
    'f.yaml:9:19 expect.thresholds.wal_entries.0 asks rate of wal_entries, which has count',
    'f.yaml:10:36 expect.thresholds.wal_entries{client:client}.0 wal_entries is counted for the cluster, not for a client (did you mean "wal_entries"?)',
    'f.yaml:11:23 expect.thresholds.http_412{client.0 must be a metric such as http_412 or http_412{client:name}, not "http_412{client"',
  ],
  [
    "expect:\n  thresholds: { 'ok{client:clent}': ['rate>0.5'] }\n  live: { thresholds: { 'ok{client:x}': ['rate>0.5'] } }\n  witnesses: ['ok{client:clent} > 1']",
    'f.yaml:7:37 expect.thresholds.ok{client:clent} speaks of the client "clent": there is client (did you mean "client"?)',
    'f.yaml:8:41 expect.live.thresholds.ok{client:x} speaks of the client "x": there is client',
    'f.yaml:9:15 expect.witnesses.0 speaks of the client "clent": there is client (did you mean "client"?)',
  ],
]

describe('a mistake is told with its line, its column and what to do', () => {
  test.each(CASES)('%s', (added, ...lines) => {
    expect(problemLines(`${LEAST}${added}\n`)).toEqual(lines)
  })

  const STEP_CASES: readonly (readonly [step: string, ...lines: string[]])[] = [
    ['5', `must be a mapping: it needs one of get, list, post, put, patch, delete, wait, wait_until, ${FAULT_STEPS}`],
    ['{ node: n1 }', `needs one of get, list, post, put, patch, delete, wait, wait_until, ${FAULT_STEPS}`],
    [
      '{ gett: x, node: n1 }',
      `needs one of get, list, post, put, patch, delete, wait, wait_until, ${FAULT_STEPS} (did you mean "get"?)`,
    ],
    ['{ get: x, put: y, node: n0 }', 'has both get and put: it can have only one of them'],
    ['{ wait: 5s, get: y, node: n0 }', 'has both get and wait: it can have only one of them'],
    ['{ get: x }', '.node is missing'],
  ]
  test.each(STEP_CASES)('the step %s', (step, ...texts) => {
    const lines = texts.map((text) => `f.yaml:3:5 steps.0${text.startsWith('.') ? '' : ' '}${text}`)
    expect(problemLines(`question: q\nsteps:\n  - ${step}\n`)).toEqual(lines)
  })

  test('every step of a script is judged, each at its own place', () => {
    const text = `question: q
steps:
  - { wait: 5s, nod: n0 }
  - { hold: n0->n1, node: n1 }
  - get: /v1/secret/data/app
    node: n9
    expect: { stauts: 3 }
  - { get: x, node: N1, expect: [200] }
  - { get: x?a=b, node: node1, expect: 20 }
  - { get: x, node: n1, expect: { forwarded: yes, served_by: n3, after: 2s, within: 1s } }
  - { get: x, node: n1, expect: {} }
  - { wait_until: apllied, node: n1 }
  - { get: x, node: n1, token: a b, save: { x y: data }, body: [1] }
`
    expect(problemLines(text)).toEqual([
      'f.yaml:3:17 steps.0.nod is no known key: known here are wait, note',
      'f.yaml:4:21 steps.1.node is no known key (did you mean "note"?)',
      'f.yaml:5:10 steps.2.get must not begin with "/" or "v1/" (did you mean "secret/data/app"?)',
      'f.yaml:6:11 steps.2.node is "n9", but this cluster has n0 and n1 (`topology.standbys` is 1)',
      'f.yaml:7:15 steps.2.expect.stauts is no known key (did you mean "status"?)',
      'f.yaml:8:21 steps.3.node is "N1", but this cluster has n0 and n1 (`topology.standbys` is 1) (did you mean "n1"?)',
      'f.yaml:8:33 steps.3.expect must be a status or a mapping: write {status: [200, 412]}',
      'f.yaml:9:12 steps.4.get must not hold a "?": write `query: {key: value}`',
      'f.yaml:9:25 steps.4.node is "node1", but this cluster has n0 and n1 (`topology.standbys` is 1) (did you mean "n1"?)',
      'f.yaml:9:40 steps.4.expect must be at least 100, not 20',
      'f.yaml:10:46 steps.5.expect.forwarded must be true, false, or a cause: header, inconsistent-header, new-token, limited-use, unknown-entity, always, plain-standby, write, rpc',
      'f.yaml:10:62 steps.5.expect.served_by is "n3", but this cluster has n0 and n1 (`topology.standbys` is 1)',
      'f.yaml:11:33 steps.6.expect says nothing: give it a status, an error, ...',
      'f.yaml:12:19 steps.7.wait_until must be one of applied, leader, not the text "apllied" (did you mean "applied"?)',
      'f.yaml:13:32 steps.8.token must be a name of up to 64 letters, digits, "-" and "_", not "a b"',
      'f.yaml:13:45 steps.8.save.x y must be a name of up to 64 letters, digits, "-" and "_", not "x y"',
      'f.yaml:13:64 steps.8.body must be a mapping, not a list',
    ])
  })

  test('an answer cannot come after its own latest time', () => {
    const text = 'question: q\nsteps:\n  - { get: x, node: n1, expect: { after: 2s, within: 1s } }\n'
    expect(problemLines(text)).toEqual(['f.yaml:3:33 steps.0.expect has an `after` above its `within`'])
  })

  test('a saved name is there only after the request that saves it', () => {
    const text = `question: q
steps:
  - { get: 'a/\${x}/$\${y}', node: n0, token: fresh, index: [i, j], body: { deep: [{ a: '\${z}' }] }, save: { fresh: auth.t }, expect: 200 }
  - { get: a, node: n0, token: frsh, save: { root: auth.t } }
  - { get: 'a/\${fresh}', node: n0, token: fresh }
`
    const nothing = 'which no earlier request saves: nothing is saved before it'
    expect(problemLines(text)).toEqual([
      `f.yaml:3:12 steps.0.get uses "x", ${nothing}`,
      `f.yaml:3:45 steps.0.token uses "fresh", ${nothing}`,
      `f.yaml:3:59 steps.0.index uses "i", ${nothing}`,
      `f.yaml:3:59 steps.0.index uses "j", ${nothing}`,
      `f.yaml:3:73 steps.0.body uses "z", ${nothing}`,
      'f.yaml:4:32 steps.1.token uses "frsh", which no earlier request saves: saved before it are fresh (did you mean "fresh"?)',
      'f.yaml:4:46 steps.1.save.root is a word of `token`: take another name',
    ])
  })
})

describe('a name that nothing is saved under', () => {
  const nothing = 'which no earlier request saves: nothing is saved before it'

  test('is found in queries and in expected bodies, too', () => {
    const text = `question: q
steps:
  - { get: a, node: n0, query: { v: '\${x}', w: [b, '\${y}'] }, expect: { status: 200, body: { a.b: ['\${z}'], c: '$\${d}', e: { exists: true } } } }
`
    expect(problemLines(text)).toEqual([
      `f.yaml:3:32 steps.0.query uses "x", ${nothing}`,
      `f.yaml:3:32 steps.0.query uses "y", ${nothing}`,
      `f.yaml:3:92 steps.0.expect.body uses "z", ${nothing}`,
    ])
  })

  test('is no name of another flow, and no session in a step', () => {
    const text = `question: q
duration: 1s
steps:
  - { get: 'a/\${session}', node: n0, save: { i: index }, expect: 200 }
clients:
  - { name: c, sessions: 1, arrival: once, flow: [{ get: 'a/\${session}', index: i }] }
`
    expect(problemLines(text)).toEqual([
      `f.yaml:4:12 steps.0.get uses "session", ${nothing}`,
      `f.yaml:6:81 clients.0.flow.0.index uses "i", ${nothing}`,
    ])
  })

  test('is no mistake when the file gives it a value, for steps and every flow', () => {
    const text = `question: q
values: { x: a, i: b }
duration: 1s
steps:
  - { get: 'a/\${x}', node: n0, token: x, index: i, query: { x: '\${x}' }, expect: { body: { a: '\${x}' } } }
clients:
  - { name: c, sessions: 1, arrival: once, flow: [{ get: 'a/\${x}', token: x, index: [i], body: { x: '\${x}' } }] }
`
    expect(problemLines(text)).toEqual([])
  })
})

describe('a file that does nothing is refused', () => {
  test.each([
    ['question: q', 'f.yaml:1:1 does nothing: give it `steps`, `clients` or both'],
    ['steps: [{ wait: 1s }]', 'f.yaml:1:1 question is missing'],
  ])('%s', (text, line) => {
    expect(problemLines(text)).toEqual([line])
  })

  test('a witness alone is enough', () => {
    expect(problemLines("question: q\nsteps: [{ get: x, node: n0 }]\nexpect: { witnesses: ['ok == 1'] }")).toEqual([])
  })
})

describe('a text that is no YAML', () => {
  test.each([
    ['', 'f.yaml:1:1 is empty'],
    ['# nothing', 'f.yaml:1:1 is empty'],
    ['[]', 'f.yaml:1:1 must be a mapping, not a list'],
    ['question: a\nquestion: b', 'f.yaml:2:1 has the key "question" twice'],
    ['question: *x', 'f.yaml:1:11 names no anchor: *x'],
    ['question: .nan', 'f.yaml:1:11 has a value that JSON does not know: put it in quotes'],
    ['? [a]\n: b', 'f.yaml:1:3 has a key that is no word'],
    ['__proto__: 1', 'f.yaml:1:1 has a key that cannot stand here: __proto__'],
    ['a: 1\n---\nb: 2', 'f.yaml:2:1 holds a second document: write one file each'],
  ])('%j', (text, line) => {
    expect(problemLines(text)[0]).toBe(line)
  })
})

describe('words that the caller knows', () => {
  const known = { mitigations: ['none', 'go', 'blind-forward'], laws: ['monotonic-reads'] }

  test('are suggested for a mitigation and a law', () => {
    const added = `duration: 1s
clients: [{ name: a, sessions: 1, arrival: once, mitigation: blind_forwrd, flow: [{ get: x }] }]
expect: { laws: { except: [monotonic-read] } }
`
    expect(problemLines(`${LEAST}${added}`, known)).toEqual([
      'f.yaml:7:62 clients.0.mitigation must be a preset of what a client does about 412: none, go, blind-forward; not "blind_forwrd" (did you mean "blind-forward"?)',
      'f.yaml:8:28 expect.laws.except.0 must be a law: monotonic-reads; not "monotonic-read" (did you mean "monotonic-reads"?)',
    ])
  })

  test('are not missed when they are right', () => {
    const added =
      'duration: 1s\nclients: [{ name: a, sessions: 1, arrival: once, mitigation: go, flow: [{ get: x }] }]\n'
    expect(problemLines(`${LEAST}${added}`, known)).toEqual([])
  })
})

test('a trace that cannot be read says which file and why', () => {
  const added = 'lag: { dist: trace, file: a.csv, column: w_ms }\n'
  const missing = problemLines(`${LEAST}${added}`, { readText: () => ({ error: 'there is no such file' }) })
  expect(missing).toEqual(['f.yaml:6:6 lag cannot take column w_ms of a.csv: there is no such file'])
  const other = problemLines(`${LEAST}${added}`, { readText: () => ({ text: 'x_ms\n1\n' }) })
  expect(other).toEqual(['f.yaml:6:6 lag cannot take column w_ms of a.csv: line 1: no column w_ms; there are: x_ms'])
})

test('at most fifty problems are told', () => {
  const keys = Array.from({ length: 200 }, (_, at) => `zzzz${at}: 1`).join('\n')
  expect(problemLines(`${LEAST}${keys}`)).toHaveLength(50)
})
