import { lagWords } from '@fourtwelve/cluster'
import { DEFAULT_SERVER_CONFIG, milliseconds, seconds, type JsonValue } from '@fourtwelve/protocol'
import { formatProblem, parseLagText, parseServedCluster, readLinkLag, type ServedCluster } from '@fourtwelve/scenario'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const FILE = `standbys: 3
lag: { default: 20ms, links: { n0->n3: 1s } }
replication:
  allow_forwarding_via_token: [new_token]
  best_effort_wal_wait_duration: 5s
switches: { token_create: forward, bad_index: 412 }
default_lease_ttl: 1h
version: '1.19.0+ent'
given:
  policies: { app: 'path "secret/data/app" { capabilities = ["read"] }' }
  users: { alice: { password: wonderland, token_policies: [app] } }
  secrets: { secret/data/app: { colour: blue } }
`

const read = (text: string, options: Partial<Parameters<typeof parseServedCluster>[1]> = {}): ServedCluster => {
  const parsed = parseServedCluster(text, { file: 'c.yaml', ...options })
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'))
  return parsed.cluster
}
const problems = (text: string, options: Partial<Parameters<typeof parseServedCluster>[1]> = {}): readonly string[] => {
  const parsed = parseServedCluster(text, { file: 'c.yaml', ...options })
  return 'problems' in parsed ? parsed.problems.map(formatProblem) : []
}

describe('the file of a served cluster', () => {
  test('that says nothing has three nodes, the lag of raft and the defaults of a server', () => {
    expect(read('{}')).toEqual({
      standbys: 2,
      config: DEFAULT_SERVER_CONFIG,
      lag: { default: { kind: 'raft' }, links: [] },
      given: { policies: [], users: [], secrets: [], requests: [] },
    })
  })

  test('says everything in the words of a scenario file', () => {
    const { standbys, config, lag, given } = read(FILE)
    expect(standbys).toBe(3)
    expect(config).toMatchObject({
      replication: { allow_forwarding_via_token: 'new_token', best_effort_wal_wait_duration: seconds(5) },
      switches: { token_create: 'forward', bad_index: '412', lease_entry: 'separate' },
      default_lease_ttl: seconds(3600),
      version: '1.19.0+ent',
    })
    expect(lag.links.map(({ link }) => link)).toEqual(['n0->n3'])
    expect(given.secrets).toMatchObject([{ path: 'secret/data/app', fields: { colour: 'blue' } }])
  })

  test('takes settings and flags over what it says', () => {
    const set = [
      ['replication.allow_forwarding_via_token', ''],
      ['lag', '2s'],
      ['switches.token_create', 'rpc'],
    ] as const
    const { config, lag, standbys } = read(FILE, { set, standbys: 4 })
    expect([config.replication.allow_forwarding_via_token, config.switches.token_create, standbys]).toEqual([
      '',
      'rpc',
      4,
    ])
    expect(lag.default).toMatchObject({ from: { value: seconds(2) } })
    expect(lag.links).toHaveLength(1)
  })

  test.each([
    [
      FILE.replace('standbys: 3', 'standbys: 2'),
      'c.yaml:2:32 lag.links.n0->n3 names n3, but this cluster has n0 to n2 (`standbys` is 2)',
    ],
    [FILE.replace('best_effort_wal_wait_duration: 5s', 'best_effort_wal_wait_duration: 5'), 'c.yaml:5:34'],
    [
      FILE.replace('token_create: forward', 'token_crate: rpc'),
      'c.yaml:6:13 switches.token_crate is no known key (did you mean "token_create"?)',
    ],
    [
      FILE.replace('new_token]', 'old_token]'),
      'c.yaml:4:31 replication.allow_forwarding_via_token must be "", new_token or [new_token]',
    ],
    ['cost: { read: 1ms }', 'c.yaml:1:1 cost is no known key'],
    ['standbys: 99', 'c.yaml:1:11 standbys must be at most 15, not 99'],
    ['a: [', 'c.yaml:1:'],
  ])('is refused with file, line and column: %#', (text, words) => {
    expect(problems(text)[0]).toContain(words)
  })

  test('blames the setting that is wrong, not the file', () => {
    expect(problems('{}', { set: [['replication.alow', '1']] })[0]).toContain(
      '--set replication.alow=1: replication.alow is no known key',
    )
  })
})

describe('a lag from the outside', () => {
  test('is read as in a file', () => {
    expect(parseLagText('400ms', 1)).toMatchObject({ plan: { default: { from: { value: milliseconds(400) } } } })
    expect(parseLagText('{ links: { n0->n2: 1s } }', 2)).toMatchObject({ plan: { links: [{ link: 'n0->n2' }] } })
    expect(parseLagText('{ links: { n0->n2: 1s } }', 1)).toMatchObject({ refused: expect.stringContaining('n2') })
    expect(parseLagText('[', 1)).toMatchObject({ refused: expect.stringContaining('is no YAML') })
    expect(parseLagText('5', 1)).toEqual({ refused: 'must have a unit: write "5s" or "5ms"' })
  })

  test('is told in words that read back as the same lag', () => {
    const time = fc.integer({ min: 0, max: 10_000_000 }).map((us) => `${us}us`)
    const written: fc.Arbitrary<JsonValue> = fc.oneof(
      time,
      fc.constant('raft'),
      fc.record({ dist: fc.constant('uniform'), min: fc.constant('3us'), max: fc.constant('5s') }),
      fc.record({ dist: fc.constant('normal'), mean: time, stddev: time, min: time }),
      fc.record({ dist: fc.constant('lognormal'), median: time, sigma: fc.double({ min: 0, max: 3, noNaN: true }) }),
      fc.record({ dist: fc.constant('exponential'), mean: time, sample: fc.constantFrom('batch', 'entry') }),
      fc.record({
        default: time,
        spikes: fc.record({ every: fc.constant('10s'), add: time, for: fc.constant('1s') }),
      }),
    )
    fc.assert(
      fc.property(written, (words) => {
        const first = readLinkLag(words)
        if ('refused' in first) throw new Error(first.refused)
        expect(readLinkLag(lagWords(first.lag))).toEqual(first)
      }),
    )
  })
})
