import { describe, expect, it } from 'vitest'
import { command } from './memory-ports.ts'

const SCENARIO = `question: q
seed: 7
topology: { standbys: 1 }
lag: 400ms
given: { secrets: { secret/data/app: { v: 0 } } }
steps:
  - { node: n0, put: secret/data/app, body: { data: { v: 1 } }, expect: 200 }
  - { node: n1, get: secret/data/app, expect: 200 }
  - { node: n0, get: secret/data/none, expect: 404 }
  - { wait: 1s }
  - { node: n1, get: secret/data/app, expect: 200 }
`

async function written(name: string, scenario = SCENARIO): Promise<string> {
  const { code, files, err } = await command(['run', 'a.yaml', '--history', name], { files: { 'a.yaml': scenario } })
  if (code !== 0) throw new Error(`the scenario of this test does not pass: ${err}`)
  return files.get(name) ?? ''
}
const linesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('fourtwelve export', () => {
  it('writes a run as its first line, its operations, and how many they were', async () => {
    const history = await written('h.ndjson')
    const { code, out, err } = await command(['export', 'h.ndjson'], { files: { 'h.ndjson': history } })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const [first, ...rest] = linesOf(out)
    expect(first).toMatchObject({ kind: 'run', format: 'fourtwelve-registers', version: 1, scenario: 'a', seed: 7 })
    expect(rest.at(-1)).toEqual({ kind: 'end', operations: 4, open: 0, through: 'end' })
    expect(rest.slice(0, -1).map(({ kind, key, value }) => [kind, key, value])).toEqual([
      ['write', 'secret/data/app', 2],
      ['read', 'secret/data/app', 1],
      ['read', 'secret/data/none', 0],
      ['read', 'secret/data/app', 2],
    ])
    // Positions of records in the history: each operation is behind the one before.
    const records = linesOf(history)
    for (const { call, return: ended, called, returned } of rest.slice(0, -1)) {
      expect(records[Number(call) - 1]).toMatchObject({ kind: 'call', t: called })
      expect(records[Number(ended) - 1]).toMatchObject({ kind: 'reply', t: returned })
    }
  })

  it('writes the same to a file, of either format, and says how much it was', async () => {
    const files = { 'h.ndjson': await written('h.ndjson'), 'h.msgpack': await written('h.msgpack') }
    const { out } = await command(['export', 'h.ndjson'], { files })
    for (const name of Object.keys(files)) {
      const ended = await command(['export', name, '-o', 'deep/r.ndjson'], { files })
      expect(ended).toMatchObject({ code: 0, out: 'a, seed 7: 4 operations, 0 without an end\n', err: '' })
      expect(ended.files.get('deep/r.ndjson')).toBe(out)
    }
  })

  it('writes every run of a file', async () => {
    const history = await written('h.ndjson')
    const { code, out } = await command(['export', 'h.ndjson'], { files: { 'h.ndjson': history + history } })
    expect(code).toBe(0)
    const kinds = linesOf(out).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'run' || kind === 'end')).toEqual(['run', 'end', 'run', 'end'])
  })

  it('says where it stops, and why', async () => {
    const history = await written('h.ndjson', `${SCENARIO}  - { delete: sys/mounts/secret, node: n0, expect: 204 }\n`)
    const { code, out, err } = await command(['export', 'h.ndjson'], { files: { 'h.ndjson': history } })
    expect(code).toBe(0)
    expect(linesOf(out).at(-1)).toMatchObject({ kind: 'end', operations: 4, through: 'mounts' })
    expect(err).toContain('a mount was removed or moved')
  })

  it('ends with 2 when no secret was touched, and with 4 for what is no history', async () => {
    const [first] = (await written('h.ndjson')).split('\n')
    const nothing = await command(['export', 'h.ndjson'], { files: { 'h.ndjson': first ?? '' } })
    expect(nothing.code).toBe(2)
    expect(nothing.err).toContain('no run of h.ndjson has an operation on a secret')
    expect(linesOf(nothing.out).map(({ kind }) => kind)).toEqual(['run', 'end'])
    expect(await command(['export', 'none.ndjson'])).toMatchObject({ code: 4, out: '' })
    const broken = await command(['export', 'h.ndjson'], { files: { 'h.ndjson': `${first ?? ''}\nnonsense\n` } })
    expect(broken.code).toBe(4)
    const half = await command(['export', 'h.ndjson', '-o', 'r.ndjson'], {
      files: { 'h.ndjson': `${first ?? ''}\nnonsense\n` },
    })
    expect(half.code).toBe(4)
    expect([...half.files.keys()]).toEqual(['h.ndjson'])
    // Whoever reads on sees that it broke off.
    expect(broken.out).not.toContain('"end"')
  })

  it('does not write over the history that it reads', async () => {
    const history = await written('h.ndjson')
    const { code, files } = await command(['export', 'h.ndjson', '-o', './h.ndjson'], {
      files: { 'h.ndjson': history },
    })
    expect(code).toBe(4)
    expect(files.get('h.ndjson')).toBe(history)
  })

  it('says how, with an example', async () => {
    const { code, out } = await command(['export', '--help'])
    expect(code).toBe(0)
    expect(out).toContain('$ fourtwelve export run.ndjson')
  })
})
