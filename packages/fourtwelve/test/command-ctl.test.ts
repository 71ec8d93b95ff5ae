/** The shell's way to a running cluster: the command line in memory, the cluster and its control API real. */

import { startCluster, type TestCluster } from 'fourtwelve'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { command, type Ended } from './memory-ports.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startCluster({ standbys: 1, lag: '20ms' })
})
afterAll(() => cluster.stop())

const ctl = (...words: readonly string[]): Promise<Ended> =>
  command(['ctl', ...words, '--address', cluster.controlAddress])
const json = async (...words: readonly string[]): Promise<unknown> => JSON.parse((await ctl(...words, '--json')).out)

describe('fourtwelve ctl', () => {
  test('tells every node and link in columns', async () => {
    const { code, out } = await ctl('state')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^node +address +role +received +applied +behind +process\nn0 +http:\/\/127\.0\.0\.1:\d+ +active/,
    )
    expect(out).toMatch(/\nlink +lag\nn0->n1 +20ms\n$/)
  })

  test('does what it is told, and tells the state afterwards', async () => {
    expect((await ctl('hold', 'n1')).out).toMatch(/n0->n1 +20ms +held/)
    expect(await json('release')).toMatchObject({ links: [{ held: false }] })
    expect(await json('cut', 'n0->n1')).toMatchObject({ links: [{ cut: true }] })
    expect(await json('heal', 'all')).toMatchObject({ links: [{ cut: false }] })
    expect(await json('lag', 'n1', '1s')).toMatchObject({ links: [{ lag: '1s' }] })
    expect(await json('lag', 'n1', '{"dist":"uniform","min":"1ms","max":"2ms"}')).toMatchObject({
      links: [{ lag: { dist: 'uniform', min: '1ms', max: '2ms' } }],
    })
    expect((await ctl('pause', 'n1')).out).toMatch(/n1 .* paused/)
    expect((await ctl('resume', 'n1')).out).not.toContain('paused')
    expect((await ctl('forwarding', 'n1', '--delay', '200ms')).out).toMatch(/n1 .* \+200ms/)
    expect((await ctl('forwarding', 'n1', '--fails')).out).toMatch(/n1 .* fails/)
    expect((await ctl('forwarding', 'n1')).out).not.toContain('forwarding')
    expect((await ctl('condition', 'n1', 'sealed')).out).toMatch(/n1 .* sealed/)
    expect((await ctl('kill', 'n1')).out).toMatch(/n1 .* not running/)
    expect(await json('restart', 'n1')).toMatchObject({ nodes: [{}, { running: true, condition: 'normal' }] })
  })

  test('resets, and says the new root token', async () => {
    const { out } = await ctl('reset')
    expect(out).toContain(`Root Token: ${cluster.rootToken}\n`)
    expect(await json('reset')).toMatchObject({ root_token: cluster.rootToken })
  })

  test('prints the history, one JSON object a line', async () => {
    await ctl('hold')
    const lines = (await ctl('history')).out.trimEnd().split('\n')
    const records: { readonly kind: string; readonly index?: number }[] = lines.map((line) => JSON.parse(line))
    expect(records[0]).toMatchObject({ kind: 'run' })
    // It begins with the founding.
    expect(records[1]).toMatchObject({ kind: 'entry', index: 1 })
    expect(records.at(-1)).toMatchObject({ kind: 'fault', fault: 'hold', target: 'n0->n1' })
  })

  test('finds the cluster by its ready file', async () => {
    const env = { FOURTWELVE_READY_FILE: 'ready.json' }
    const files = { 'ready.json': JSON.stringify({ control: cluster.controlAddress }) }
    expect((await command(['ctl', 'state'], { env, files })).code).toBe(0)
    expect((await command(['ctl', 'state'], { env })).err).toBe(
      'fourtwelve: FOURTWELVE_READY_FILE names ready.json: there is no such file. Is the cluster running?\n',
    )
    expect((await command(['ctl', 'state'], { env, files: { 'ready.json': '{}' } })).err).toContain(
      'which is no ready file',
    )
  })

  test.each([
    [['hold', 'n7'], 'there is no link "n7"'],
    [['condition', 'n1', 'ill'], '"condition" must be one of normal'],
    [['lag', 'n1', '{'], 'must be a duration'],
    [['kill'], "missing required argument 'node'"],
    [['explode'], "unknown command 'explode'"],
  ])('refuses %j with a line and code 4', async (words, line) => {
    const { code, err } = await ctl(...words)
    expect(code).toBe(4)
    expect(err).toContain(line)
  })

  test('says so when no cluster answers', async () => {
    const { code, err } = await command(['ctl', 'state', '--address', 'http://127.0.0.1:9'])
    expect([code, err]).toEqual([
      4,
      'fourtwelve: no cluster answers at http://127.0.0.1:9 (ECONNREFUSED): start one with fourtwelve serve, or name its control API with --address\n',
    ])
    expect((await command(['ctl', 'state', '--address', 'localhost'])).code).toBe(4)
  })
})
