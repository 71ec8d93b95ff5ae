import { describe, expect, test } from 'vitest'
import type { Setting } from '@fourtwelve/scenario'
import { goodScenario, LEAST, problemLines } from './read-good-file.ts'

const FILE = `${LEAST}duration: 10s
lag: 20ms
clients:
  - { name: storm, sessions: 1, arrival: { rate: 10/s }, flow: [{ get: x }] }
  - { name: calm, sessions: 1, arrival: once, flow: [{ get: x }] }
  - { name: rain, sessions: 1, arrival: { rate: 1/min }, retry: { max: 1 }, flow: [{ get: x }] }
`
const withSet = (...set: Setting[]): ReturnType<typeof goodScenario> => goodScenario(FILE, { set })
const constant = (value: number): object => ({ kind: 'drawn', from: { dist: 'constant', value } })

describe('--set puts a value over that of the file', () => {
  test('by a dotted path, and makes what is missing on the way', () => {
    const { server } = withSet(['server.replication.allow_forwarding_via_token', 'new_token'])
    expect(server.replication.allow_forwarding_via_token).toBe('new_token')
  })

  test('by a position in a list, or by the name of a client', () => {
    const { clients, steps } = withSet(
      ['clients.2.retry.max', '5'],
      ['clients.storm.mitigation', 'go'],
      ['steps.0.expect', '412'],
    )
    expect([clients[2]?.retry.max, clients[0]?.mitigation]).toEqual([5, 'go'])
    expect(steps).toMatchObject([{ request: { expect: { status: [412] } } }])
  })

  test('reads the value as YAML', () => {
    const set: Setting[] = [['lag', '{ dist: uniform, min: 1ms, max: 2ms }']]
    expect(withSet(...set).lag.default).toMatchObject({ from: { dist: 'uniform', min: 1000, max: 2000 } })
    expect(withSet(['answer', '"412"']).answer).toBe('412')
  })

  test('the last of two settings wins', () => {
    expect(withSet(['seed', '7'], ['seed', '8']).seed).toBe(8)
  })

  test('reaches into the topology before nodes are judged', () => {
    const { standbys, lag } = withSet(['standbys', '3'], ['lag', '{ links: { n0->n3: 1s } }'])
    expect([standbys, lag.links]).toMatchObject([3, [{ link: 'n0->n3', lag: constant(1_000_000) }]])
  })
})

describe('the short names of --set', () => {
  test('lag is that of every link that has none of its own', () => {
    expect(withSet(['lag', '2s']).lag).toMatchObject({ default: constant(2_000_000), links: [] })
    const byLink = FILE.replace('lag: 20ms', 'lag: { default: 20ms, links: { n0->n1: 1ms } }')
    expect(goodScenario(byLink, { set: [['lag', '2s']] }).lag).toMatchObject({
      default: constant(2_000_000),
      links: [{ link: 'n0->n1', lag: constant(1000) }],
    })
  })

  test('rate is that of every client that has one', () => {
    const arrivals = withSet(['rate', '7/s']).clients.map((client) => client.arrival)
    const seven = { kind: 'constant-rate', count: 7, per: 1_000_000 }
    expect(arrivals).toEqual([seven, { kind: 'once' }, seven])
  })
})

describe('a setting that does not fit is named by its own flag', () => {
  test.each<[Setting, string]>([
    [
      ['topology.standbyz', '3'],
      '--set topology.standbyz=3: topology.standbyz is no known key (did you mean "standbys"?)',
    ],
    [['topolgy.standbys', '3'], '--set topolgy.standbys=3: topolgy is no known key (did you mean "topology"?)'],
    [['lag', 'soon'], '--set lag=soon: lag must be a duration such as 250ms or 1m30s, not "soon"'],
    [
      ['lag.default', '1s'],
      '--set lag.default=1s: lag.default goes into lag, which is the single value "20ms": set that itself',
    ],
    [['standbys', '99'], '--set standbys=99: topology.standbys must be at most 15, not 99'],
    [
      ['steps.0.node', 'n9'],
      '--set steps.0.node=n9: steps.0.node is "n9", but this cluster has n0 and n1 (`topology.standbys` is 1)',
    ],
    [['steps.5.node', 'n1'], '--set steps.5.node=n1: steps.5.node finds no 5 in steps, which has 1'],
    [
      ['clients.strom.mitigation', 'go'],
      '--set clients.strom.mitigation=go: clients.strom.mitigation finds no "strom" in clients (did you mean "storm"?)',
    ],
    [
      ['clients.calm.arrival', ''],
      '--set clients.calm.arrival=: clients.1.arrival must be once, {rate: 200/s} or {closed: true, think: 1s}',
    ],
    [['a..b', '1'], '--set a..b=1: a..b has an empty or impossible part: write it like a.b=c'],
    [['__proto__.x', '1'], '--set __proto__.x=1: __proto__.x has an empty or impossible part: write it like a.b=c'],
    [
      ['seed', '[1'],
      '--set seed=[1: seed has a value that is no YAML: the [ before this is not closed: write ] where it ends, and indent all lines in it deeper than its key',
    ],
  ])('%j', (setting, line) => {
    expect(problemLines(FILE, { set: [setting] })).toContain(line)
  })

  test('rate says when no client has one', () => {
    expect(problemLines(LEAST, { set: [['rate', '1/s']] })).toEqual([
      '--set rate=1/s: rate sets nothing: no client of this scenario has an arrival rate',
    ])
  })

  test('mistakes of the file keep their own place', () => {
    expect(problemLines(`${LEAST}sede: 1\n`, { set: [['seed', '2']] })).toEqual([
      'f.yaml:6:1 sede is no known key (did you mean "seed"?)',
    ])
  })
})
