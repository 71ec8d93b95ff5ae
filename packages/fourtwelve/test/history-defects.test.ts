/** What `check` says of histories that are broken, and of files that are none. */

import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { beforeAll, describe, expect, it } from 'vitest'
import { command, type Ended } from './memory-ports.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Fields = { readonly [name: string]: Json }

const STORM = readFileSync(new URL('../../../scenarios/31-storm.yaml', import.meta.url), 'utf8').replace(
  'duration: 7s',
  'duration: 2s',
)
/** Tokens of every kind, one that names another, a lease and a secret that ends. */
const TOKENS = `question: q
topology: { standbys: 1 }
lag: 50ms
server: { replication: { allow_forwarding_via_header: true } }
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default], ttl: 1h, num_uses: 9 }, save: { tok: auth.client_token } }
  - { post: auth/token/create, node: n1, body: { policies: [default], type: batch, ttl: 1h }, save: { batch: auth.client_token } }
  - { post: auth/token/lookup, node: n1, body: { token: '\${tok}' } }
  - { get: auth/token/lookup-self, node: n1, token: batch }
  - { put: secret/data/a, node: n1, body: { data: { v: 1 } }, save: { at: index } }
  - { get: secret/data/a, node: n1, index: at }
  - { delete: secret/data/a, node: n0 }
  - { post: auth/token/revoke-self, node: n0, token: tok }
`

const fileName = 'h.ndjson'
const check = (text: string, name = fileName): Promise<Ended> => command(['check', name], { files: { [name]: text } })
const linesOf = (records: readonly Json[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('')

async function written(scenario: string): Promise<readonly Fields[]> {
  const { files, err } = await command(['run', 'a.yaml', '--history', fileName], { files: { 'a.yaml': scenario } })
  const text = files.get(fileName)
  if (text === undefined) throw new Error(`the scenario of this test cannot be run: ${err}`)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Fields)
}

let storm: readonly Fields[] = []
let tokens: readonly Fields[] = []
beforeAll(async () => {
  storm = await written(STORM)
  tokens = await written(TOKENS)
})

const RUN: Fields = {
  kind: 'run',
  t: 0,
  version: 2,
  scenario: 'by hand',
  seed: 0,
  runtime: 'live',
  cluster: 'c',
  nodes: ['n0'],
  switches: {},
}
const call = (id: number, t: number, given: Fields = {}): Fields => ({
  kind: 'call',
  t,
  id,
  op: id,
  attempt: 1,
  session: 's',
  node: 'n0',
  method: 'GET',
  path: 'secret/data/a',
  token: { type: 'none' },
  index: [],
  forward: '',
  ...given,
})
const reply = (id: number, t: number, given: Fields = {}): Fields => ({
  kind: 'reply',
  t,
  id,
  status: 200,
  errors: [],
  index: null,
  token: null,
  ...given,
})
const entry = (given: Fields): Fields => ({
  kind: 'entry',
  t: 0,
  node: 'n0',
  term: 1,
  index: 1,
  request: '0',
  key: 'k',
  keys: 1,
  deleted: false,
  digest: 1,
  ...given,
})
const service = (given: Fields): Fields => ({ type: 'service', id: 'x', index: 1, epoch: 0, ...given })

describe('a field that is wrong', () => {
  it.each<readonly [Fields, string]>([
    [call(1, 0, { index: [5] }), 'in a record of kind call, `index[0]` must be a text'],
    [call(1, 0, { id: 0 }), '`id` must be a whole number of 1 or more'],
    [call(1, 0, { forward: 'on' }), "`forward` must be one of '', forward, inconsistent"],
    [call(1, 0, { remembers: false }), '`remembers` must be true, or absent'],
    [call(1, 0, { token: { type: 'weird' } }), '`token.type` must be one of none, other, short, batch, service'],
    [call(1, 0, { token: service({ index: -1 }) }), '`token.index` must be a whole number from 0 to 2^64-1'],
    [call(1, 0, { token: service({ index: '18446744073709551616' }) }), '`token.index` must be a whole number from 0'],
    [call(1, 0, { token: service({ seal: 2 ** 32 }) }), '`token.seal` must be a whole number from 0 to 4294967295'],
    [call(1, 0, { bodyToken: { type: 'short', id: 5 } }), '`bodyToken.id` must be a text'],
    [
      reply(1, 0, { token: { type: 'service' } }),
      '`token.index` must be a whole number from 0 to 2^64-1, and is missing',
    ],
    [reply(1, 0, { token: 5 }), '`token` must be an object, or null'],
    [reply(1, 0, { status: 404.5 }), '`status` must be 0, or a whole number from 100 to 999'],
    [reply(1, 0, { status: 1000 }), '`status` must be 0, or a whole number from 100 to 999'],
    [reply(1, 0, { errors: ['a', {}] }), '`errors[1]` must be a text'],
    [reply(1, 0, { applied: 'x' }), '`applied` must be a whole number of 0 or more'],
    [reply(1, 0, { grant: 5 }), '`grant` must be an object'],
    [reply(1, 0, { grant: { ttl: 1, uses: 0 } }), '`grant.orphan` must be true or false, and is missing'],
    [reply(1, 0, { forwarded: 'because' }), '`forwarded` must be one of header, inconsistent-header'],
    [entry({ facts: [5] }), '`facts[0]` must be an object'],
    [
      entry({ facts: [{ what: 'accessor', id: 'h' }, { what: 'zap' }] }),
      '`facts[1].what` must be one of accessor, token',
    ],
    [entry({ facts: [{ what: 'lease', id: 'h', left: 'x' }] }), '`facts[0].left` must be a whole number, or null'],
    [entry({ index: -3 }), '`index` must be a whole number of 1 or more'],
    [{ ...RUN, forwarding: 7 }, '`forwarding` must be an object, or absent'],
    [{ ...RUN, nodes: ['n0', 1] }, '`nodes[1]` must be a text'],
    [{ ...RUN, switches: { storage: 'foo' } }, '`switches.storage` must be one of raft, consul'],
    [{ ...RUN, switches: { colour: 'red' } }, '`switches.colour` must be left out: there is no such switch'],
    [{ kind: 'fault', t: 0, fault: 'clock_skew', target: '', note: '' }, '`fault` must be one of lag, hold'],
    [{ kind: 'renumber', t: 0, why: 'fun', epoch: 1 }, '`why` must be one of promote, restore'],
    [{ kind: 'commit', t: 0.5, node: 'n0', index: 1 }, '`t` must be a whole number of 0 or more'],
    [{ kind: 'party', t: 0 }, 'there is no record of kind "party"'],
    [{ kind: [{ toString: 5 }], t: 0 }, 'there is no record of kind a list'],
    [{ ...RUN, version: [{ toString: 5 }] }, 'this history has format version a list'],
  ])('of %j is told with its place', async (record, words) => {
    const { code, err } = await check(linesOf([RUN, record]))
    expect(code).toBe(4)
    expect(err).toContain(`${fileName}:2: `)
    expect(err).toContain(words)
    expect(err.trimEnd()).not.toContain('\n')
  })

  it('is none when a newer writer put it there', async () => {
    const newer = [{ ...RUN, mood: 'good' }, call(1, 1, { colour: 'red' }), reply(1, 2, { token: service({ age: 5 }) })]
    expect((await check(linesOf(newer))).code).not.toBe(4)
  })

  it('is found in frames too, and integers of 64 bits are numbers there', async () => {
    const packr = new Packr({ useRecords: false })
    const framed = (records: readonly object[]): string =>
      records
        .map((record) => {
          const packed = packr.pack(record)
          const head = Buffer.alloc(4)
          head.writeUInt32BE(packed.length)
          return Buffer.concat([head, packed]).toString('latin1')
        })
        .join('')
    const late = { ...RUN, t: 1_700_000_000_000_000n }
    const huge = { ...call(1, 0), t: 1_700_000_000_000_001n, token: { ...service({}), index: 2n ** 63n } }
    const good = await check(framed([late, huge]), 'h.msgpack')
    expect([good.code, good.err]).toEqual([2, ''])
    const { code, err } = await check(framed([late, { ...huge, attempt: 2n ** 63n }]), 'h.msgpack')
    expect(code).toBe(4)
    expect(err).toContain(
      'h.msgpack: record 2: in a record of kind call, `attempt` must be a whole number of 1 or more',
    )
  })

  /** A place in a record, and what stands there then; undefined takes it away. */
  const PUT: fc.Arbitrary<Json | undefined> = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom<Json>(null, true, false, '', 'zap', '9223372036854775808', [], {}, [5], [null], [{}]),
    fc.constantFrom<Json>(0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, 1e300, 999, { type: 'service' }, { what: 'token' }),
    fc.integer(),
    fc.string(),
  )

  it('never makes `check` fail of itself, whatever is put wherever', async () => {
    const spoilt = fc.record({
      of: fc.constantFrom<'storm' | 'tokens'>('storm', 'tokens'),
      record: fc.nat(),
      field: fc.nat(),
      put: PUT,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(spoilt, { minLength: 1, maxLength: 3 }), async (changes) => {
        const records = [...(changes[0]?.of === 'tokens' ? tokens : storm)]
        for (const { record, field, put } of changes) {
          const at = record % records.length
          const before = records[at] ?? RUN
          const places = placesIn(before)
          records[at] = withPut(before, places[field % places.length] ?? [], put) as Fields
        }
        const { code, err } = await check(linesOf(records))
        expect([0, 1, 2, 4]).toContain(code)
        if (code === 4) expect(err).toMatch(/^fourtwelve: h\.ndjson(:\d+: | is no history: )/)
      }),
      { numRuns: 150 },
    )
  }, 120_000)
})

/** The ways to every field of a record, at any depth. */
function placesIn(value: Json, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way]
  const inner = Object.entries(value).flatMap(([name, one]) => placesIn(one as Json, [...way, name]))
  return way.length === 0 ? inner : [way, ...inner]
}

function withPut(value: Json, [name, ...rest]: readonly string[], put: Json | undefined): Json | undefined {
  if (name === undefined) return put
  if (typeof value !== 'object' || value === null) return value
  const fields = value as { readonly [field: string]: Json }
  const inner = withPut(fields[name] ?? null, rest, put)
  if (Array.isArray(value)) {
    const list = value as readonly Json[]
    return list.flatMap((one, at) => (String(at) !== name ? [one] : inner === undefined ? [] : [inner]))
  }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, one]) =>
      field !== name ? [[field, one]] : inner === undefined ? [] : [[field, inner]],
    ),
  ) as Fields
}

describe('the order of records', () => {
  it.each<readonly [string, readonly Fields[], string]>([
    ['time that falls', [RUN, call(1, 50), reply(1, 49)], ':3: `t` falls from 50 to 49'],
    [
      'a second call with the id of one that waits',
      [RUN, call(1, 0), call(1, 1)],
      ':3: this is the second call with the id 1',
    ],
    [
      'a second call with the id of one that was answered',
      [RUN, call(1, 0), call(2, 0), reply(1, 1), call(1, 2)],
      ':5: this is the second call with the id 1',
    ],
    ['two replies to one call', [RUN, call(1, 0), reply(1, 1), reply(1, 2)], ':4: this is the second answer to call 1'],
    ['a call behind its reply', [RUN, reply(1, 1), call(1, 2)], ':3: call 1 stands behind its answer'],
  ])('refuses %s', async (_, records, words) => {
    const { code, err } = await check(linesOf(records))
    expect(code).toBe(4)
    expect(err).toContain(`${fileName}${words}`)
  })

  it('remembers the ids of long ago, while calls of all numbers come and go', async () => {
    const CALLS = 60_000
    const busy = Array.from({ length: CALLS }, (_, at) => [call(at + 2, at), reply(at + 2, at)]).flat()
    const { code, err } = await check(linesOf([RUN, call(1, 0), ...busy, call(1, CALLS)]))
    expect(code).toBe(4)
    expect(err).toContain(`:${2 * CALLS + 3}: this is the second call with the id 1`)
  })

  it('begins anew with each run of a file', async () => {
    const one = [RUN, call(1, 5), reply(1, 6)]
    expect((await check(linesOf([...one, ...one]))).code).toBe(0)
  })

  it('counts answers to calls from before a history, and says so in one line', async () => {
    const middle = [RUN, reply(7, 1), reply(8, 2), call(9, 3), reply(9, 4)]
    const { code, err, out } = await check(linesOf(middle))
    expect(code).toBe(0)
    expect(err).toBe('fourtwelve: h.ndjson: 2 answers belong to calls that are not in this history\n')
    expect(out).toContain('1 done')
    const one = await check(linesOf([RUN, reply(7, 1), call(9, 3), reply(9, 4)]))
    expect(one.err).toBe('fourtwelve: h.ndjson: 1 answer belongs to a call that is not in this history\n')
  })

  it('tells nothing of histories that are whole', async () => {
    for (const records of [storm, tokens]) expect((await check(linesOf(records))).err).toBe('')
  })
})

describe('a file that is no history', () => {
  // Names in .msgpack are read byte for byte.
  it.each<readonly [string, string, string]>([
    ['gzip', gzipSync('{"kind":"run"}').toString('latin1'), 'it is compressed by gzip: unpack it first'],
    ['an empty list', '[]', 'it is a JSON list: write each record on a line of its own'],
    ['a list on lines', ' \n[\n{"kind":"run"}\n]', 'it is a JSON list'],
    ['text', 'question: q\nseed: 7\n', 'it is text, and does not begin with a JSON object'],
    ['a byte order mark', '\xef\xbb\xbf{}', 'it begins with a byte order mark'],
    ['UTF-16', '\xff\xfe{\0', 'it is text in UTF-16'],
    ['an image', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'it is neither lines of JSON nor frames of MessagePack'],
    ['a film', '\0\0\0\x18ftypmp42\0\0\0\0', 'it is neither lines of JSON nor frames of MessagePack'],
  ])('with %s is told by what it looks like', async (_, bytes, words) => {
    const { code, err } = await check(bytes, 'h.msgpack')
    expect(code).toBe(4)
    expect(err).toContain(`h.msgpack is no history: ${words}`)
  })

  it('because records go over several lines is told so', async () => {
    const { code, err } = await check(JSON.stringify(RUN, null, 2))
    expect(code).toBe(4)
    expect(err).toContain('h.ndjson:1: this line is no JSON: a record is one JSON object, whole on its line')
  })

  it('but one that was cut is told with the line that is not whole', async () => {
    const text = linesOf([RUN, call(1, 0), reply(1, 1)])
    const { code, err } = await check(text.slice(0, -10))
    expect(code).toBe(4)
    expect(err).toContain('h.ndjson:3: the file ends in the middle of this line')
  })
})

describe('HISTORY.md', () => {
  const text = readFileSync(new URL('../../protocol/HISTORY.md', import.meta.url), 'utf8')
  const example = /^```\n(\{"kind":"run"[\s\S]*?)^```$/m.exec(text)?.[1] ?? ''

  it('has an example that is judged, and breaks no law', async () => {
    const { code, err, out } = await check(example)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('3 done')
  })

  it('has an example that needs its `renumber`, as it says', async () => {
    const lines = example.trimEnd().split('\n')
    const { code, out } = await check(lines.filter((line) => !line.includes('"renumber"')).join('\n'))
    expect(code).toBe(1)
    expect(out).toContain('monotonic-reads is broken')
  })
})
