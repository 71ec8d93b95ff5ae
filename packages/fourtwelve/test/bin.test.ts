/** The command as a shell starts it: real files, real streams, real exit codes. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { BAD_FILE, FAILS, PASSES } from './scenarios.ts'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-'))
afterAll(() => rmSync(folder, { recursive: true }))
for (const [name, text] of Object.entries({ 'a.yaml': PASSES, 'fails.yaml': FAILS, 'bad.yaml': BAD_FILE })) {
  writeFileSync(join(folder, name), text)
}

const start = (argv: readonly string[], input = ''): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
    cwd: folder,
    input,
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

describe('the command in a shell', () => {
  it('ends with the code of the worst file', () => {
    expect(start(['run', 'a.yaml']).code).toBe(0)
    expect(start(['run', 'a.yaml', 'fails.yaml']).code).toBe(1)
    expect(start(['run', 'a.yaml', 'fails.yaml', 'bad.yaml']).code).toBe(4)
  })

  it('writes into folders that are not there yet', () => {
    expect(start(['run', 'a.yaml', '--json', '--history', 'out/deep/h.ndjson', '--junit', 'out/r.xml']).code).toBe(0)
    const lines = readFileSync(join(folder, 'out/deep/h.ndjson'), 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('kind')
    expect(readFileSync(join(folder, 'out/r.xml'), 'utf8')).toContain('</testsuites>')
  })

  it('tells of a path that cannot be written, before it runs anything', () => {
    const { code, out, err } = start(['run', 'a.yaml', '--junit', 'a.yaml/r.xml'])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain('a.yaml/r.xml cannot be written')
    // Where nobody can make anything, making folders must not go on for ever.
    expect(start(['run', 'a.yaml', '--history', '/proc/fourtwelve/deep/h.ndjson']).code).toBe(4)
  })

  it('takes a broken export away, but no device', () => {
    writeFileSync(join(folder, 'bad.ndjson'), 'nonsense')
    expect(start(['export', 'bad.ndjson', '-o', 'deep/r.ndjson']).code).toBe(4)
    expect(existsSync(join(folder, 'deep', 'r.ndjson'))).toBe(false)
    expect(start(['export', 'bad.ndjson', '-o', '/dev/null']).code).toBe(4)
    expect(existsSync('/dev/null')).toBe(true)
  })

  it('reads a token from standard input', () => {
    expect(start(['token', 'decode', '-', '--json'], 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX\n')).toMatchObject({
      code: 0,
      err: '',
    })
  })

  it('reads a trace of lags beside the scenario, wherever it is started', () => {
    const sub = mkdtempSync(join(folder, 'sub-'))
    writeFileSync(join(sub, 'lags.csv'), 'lag_ms\n300\n320\n')
    writeFileSync(
      join(sub, 'a.yaml'),
      PASSES.replace('lag: 300ms', 'lag: { dist: trace, file: lags.csv, column: lag_ms }'),
    )
    const { code, err } = start(['run', join(sub, 'a.yaml')])
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
