import { ALL_LAWS, startChecks } from '@fourtwelve/checker'
import { HISTORY_VERSION, type HistoryRecord } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { main } from 'fourtwelve'
import { command, memoryPorts } from './memory-ports.ts'

const SCENARIO = `question: q
seed: 7
topology: { standbys: 1 }
lag: 400ms
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default], ttl: 1h }, save: { tok: auth.client_token }, expect: 200 }
  - { get: auth/token/lookup-self, node: n1, token: tok, expect: 412 }
  - { get: auth/token/lookup-self, node: n0, token: tok, expect: 200 }
`
/** The history of that scenario as a file. */
async function written(name: string): Promise<string> {
  const { code, files, err } = await command(['run', 'a.yaml', '--history', name], { files: { 'a.yaml': SCENARIO } })
  if (code !== 0) throw new Error(`the scenario of this test does not pass: ${err}`)
  return files.get(name) ?? ''
}
const check = (text: string, name = 'h.ndjson', ...flags: string[]): ReturnType<typeof command> =>
  command(['check', name, ...flags], { files: { [name]: text } })
const recordsOf = (text: string): HistoryRecord[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as HistoryRecord)
const linesOf = (records: readonly HistoryRecord[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')

describe('fourtwelve check', () => {
  it.each(['h.ndjson', 'h.msgpack'])('says of %s what the run itself says', async (name) => {
    const { code, out } = await check(await written(name), name, '--json')
    const said = JSON.parse(out)
    expect(code).toBe(0)
    expect(said).toMatchObject({
      history: name,
      scenario: 'a',
      seed: 7,
      verdict: 'pass',
      outcomes: { done: 2, failed: 1 },
    })
    const run = JSON.parse((await command(['run', 'a.yaml', '--json'], { files: { 'a.yaml': SCENARIO } })).out)
    expect(said.laws).toEqual(run.laws)
  })

  it('reads the same records from both formats', async () => {
    const [lines, frames] = [
      await check(await written('h.ndjson'), 'h.ndjson', '--json'),
      await check(await written('h.msgpack'), 'h.msgpack', '--json'),
    ]
    expect(JSON.parse(frames.out)).toEqual({ ...JSON.parse(lines.out), history: 'h.msgpack' })
  })

  it('tells a broken law as a run does, and ends with 1', async () => {
    const records = recordsOf(await written('h.ndjson')).map((record) =>
      record.kind === 'reply' && record.status === 412 ? { ...record, status: 200, errors: [] } : record,
    )
    const { code, out } = await check(linesOf(records))
    expect(code).toBe(1)
    expect(out).toContain('✗ token-gate is broken, once.')
    expect(out.replaceAll(/\s+/g, ' ')).toContain('so the only lawful answers were 412 or a forward.')
    expect(out).toMatch(/fail {2}a law is broken\n$/)
    expect(out).not.toContain('hvs.')
  })

  it('is unknown when nothing was there to judge', async () => {
    const [first] = recordsOf(await written('h.ndjson'))
    if (first === undefined) throw new Error('a history begins with its run')
    const { code, out } = await check(linesOf([first]))
    expect(code).toBe(2)
    expect(out).toContain('nothing was there to judge')
  })

  it('judges each run of a file by itself', async () => {
    const text = await written('h.ndjson')
    const { code, out } = await check(text + text, 'h.ndjson', '--json')
    expect(code).toBe(0)
    const [one, two] = out.trimEnd().split('\n')
    expect(one).toBe(two)
  })

  it('reads a last line without its end', async () => {
    const text = await written('h.ndjson')
    expect((await check(text.trimEnd(), 'h.ndjson', '--json')).out).toBe((await check(text, 'h.ndjson', '--json')).out)
  })

  it('keeps an index of more than 53 bits exactly', async () => {
    const huge = { ...recordsOf(await written('h.ndjson'))[0] }
    const call = {
      kind: 'call',
      t: 1,
      id: 1,
      op: 1,
      attempt: 1,
      session: 's',
      node: 'n1',
      method: 'GET',
      path: 'secret/data/a',
      index: [],
      forward: '',
      token: { type: 'service', id: 'x', index: '9223372036854775808', epoch: 0 },
    }
    const reply = {
      kind: 'reply',
      t: 2,
      id: 1,
      status: 200,
      errors: [],
      index: null,
      token: null,
      node: 'n1',
      by: 'n1',
      applied: 5,
      appliedHere: 5,
      epoch: 0,
      forwarded: null,
      wrote: 0,
    }
    const { out } = await check([huge, call, reply].map((record) => JSON.stringify(record)).join('\n'))
    expect(out).toContain('5 < 9223372036854775808')
    expect(startChecks().verdicts().length).toBeGreaterThan(20)
  })

  it.each<readonly [string, (text: string) => string, string]>([
    ['no JSON', (text) => text.replace('\n', '\nnonsense\n'), 'h.ndjson:2: this line is no JSON'],
    ['an unknown kind', (text) => `${text}{"kind":"party","t":1}\n`, 'there is no record of kind "party"'],
    [
      'a missing field',
      (text) => text.replace('"status":200', '"status":"good"'),
      'in a record of kind reply, `status` must be 0, or a whole number from 100 to 999',
    ],
    [
      'another beginning',
      (text) => text.slice(text.indexOf('\n') + 1),
      'h.ndjson:1: a history begins with a `run` record',
    ],
    ['a broken last line', (text) => text.slice(0, -20), 'the file ends in the middle of this line'],
    ['nothing', () => '', 'this file is empty'],
    [
      'another version',
      (text) => text.replace(`"version":${HISTORY_VERSION}`, '"version":1'),
      `h.ndjson:1: this history has format version 1, and this fourtwelve reads version ${HISTORY_VERSION}`,
    ],
  ])('refuses a file with %s, and says where', async (_, spoil, words) => {
    const { code, err } = await check(spoil(await written('h.ndjson')))
    expect(code).toBe(4)
    expect(err).toContain(words)
  })

  it('refuses frames that break off, and files that are not there', async () => {
    const text = await written('h.msgpack')
    const { code, err } = await check(text.slice(0, -3), 'h.msgpack')
    expect(code).toBe(4)
    expect(err).toMatch(/h\.msgpack: record \d+: the file ends in the middle of this record/)
    expect(await command(['check', 'none.ndjson'])).toMatchObject({ code: 4 })
  })

  it('tells every law with its sentence, and needs no file for that', async () => {
    const { code, out } = await command(['check', '--laws'])
    expect(code).toBe(0)
    const { laws } = JSON.parse((await command(['check', '--laws', '--json'])).out)
    expect(laws).toEqual(ALL_LAWS.map(({ name, statement }) => ({ name, statement })))
    for (const { name, statement } of ALL_LAWS) {
      expect(out).toContain(`${name}\n  `)
      expect(out.replaceAll(/\s+/g, ' ')).toContain(statement)
    }
    expect(await command(['check'])).toMatchObject({ code: 4, out: '' })
  })

  it('names each law where it belongs', async () => {
    const { out } = await check(await written('h.ndjson'))
    const words = out.replaceAll(/\s+/g, ' ')
    const [held = '', silent = ''] = [/\d+ hold: ([^:]*) \d+ had/, /had nothing to judge: (.*) pass/].map(
      (form) => form.exec(words)?.[1] ?? '',
    )
    expect(held.split(', ')).toContain('412-justified')
    expect(silent.split(', ')).toContain('convergence')
    expect([...held.split(', '), ...silent.split(', ')].toSorted()).toEqual(ALL_LAWS.map(({ name }) => name).toSorted())
  })

  it('tells several runs with a line between, and what they came to', async () => {
    const text = await written('h.ndjson')
    const first = text.slice(0, text.indexOf('\n') + 1)
    const files = { 'a.ndjson': text + text, 'b.ndjson': first, 'c.ndjson': 'x' }
    const { code, out } = await command(['check', ...Object.keys(files)], { files })
    expect(code).toBe(4)
    expect(out).toContain('1 record over 0.000 s')
    expect(out.match(/^a {2}\S+$/gm)).toEqual(['a  a.ndjson', 'a  a.ndjson', 'a  b.ndjson'])
    expect(out.match(/(?<=(pass|unknown) {2}.*\n)\n(?=\S)/g)?.length).toBe(3)
    expect(out).toMatch(/\n\n3 runs: 2 passed, 1 unknown, 1 file refused\n$/)
    expect((await check(text)).out).not.toContain('h.ndjson')
  })

  it('names the file whose history it stumbled over', async () => {
    // A file that cannot be read for a reason nobody thought of.
    const ports = memoryPorts({ files: { 'good.ndjson': await written('h.ndjson') } })
    const code = await main(['check', 'odd name.ndjson', 'good.ndjson'], {
      ...ports,
      readChunks: (path) => {
        if (path.startsWith('odd')) throw new Error('nobody thought of this')
        return ports.readChunks(path)
      },
    })
    expect(code).toBe(5)
    expect(ports.err()).toContain('internal error: nobody thought of this')
    expect(ports.err()).toMatch(/\nfourtwelve check 'odd name.ndjson'\n$/)
    expect(ports.out()).toContain('no law was broken')
  })

  it('says how, with an example', async () => {
    const { code, out } = await command(['check', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('$ fourtwelve check run.ndjson')
  })
})
