/** `fuzz`, `mutants` and `run --mutant`, each in a process of its own, with real threads and the real simulation. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-explore-'))
afterAll(() => rmSync(folder, { recursive: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function start(...argv: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], { cwd: folder, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

describe('fuzz', () => {
  it('says how much it judged, and breaks no law of the node as it is', () => {
    const { code, out } = start('fuzz', '--for', '3s', '--seed', '1', '--jobs', '2', '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out)
    expect(told).toMatchObject({ mutant: null, found: null, broken: [] })
    for (const figure of ['scenarios', 'events', 'operations']) expect(told[figure]).toBeGreaterThan(0)
  })

  it('finds a mutant, makes a file of it that fails with the mutant and passes without', () => {
    const { code, out } = start(
      'fuzz',
      '--for',
      '20s',
      '--seed',
      '1',
      '--jobs',
      '1',
      '--mutant',
      'index-before-write',
      '--out',
      'found',
    )
    expect(code).toBe(1)
    const [file = ''] = readdirSync(join(folder, 'found'))
    const path = join('found', file)
    expect(out).toContain(`fourtwelve run ${path} --mutant index-before-write`)
    expect(readFileSync(join(folder, path), 'utf8').match(/^ {2}- \{/gm)?.length).toBeLessThanOrEqual(10)
    const again = start('run', path, '--mutant', 'index-before-write')
    expect(again.code).toBe(1)
    expect(again.out).toContain('token-index-covers-its-write is broken')
    expect(again.out.trimEnd().split('\n').at(-1)).toMatch(/--mutant index-before-write$/)
    expect(start('run', path).code).toBe(0)
  })

  it.each([
    [['--shard', '3/2'], 'from 1/n to n/n'],
    [['--for', 'soon'], '30s or 1h'],
    [['--mutant', 'nothing'], 'there is no mutant nothing'],
    [['--jobs', '0'], 'from 1 to 256'],
  ])('refuses %s', (argv, words) => {
    const { code, err } = start('fuzz', ...argv)
    expect(code).toBe(4)
    expect(err).toContain(words)
  })
})

describe('mutants', () => {
  it('catches some by their laws, and the node as it is by none', () => {
    const only = ['apply-out-of-order', 'mac-not-checked', 'oldest-index-kept']
    const { code, out } = start('mutants', '--seeds', '15', '--jobs', '2', '--only', only.join(','), '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out)
    expect(told).toMatchObject({ caught: only.length, of: only.length, silent: true })
    expect(told.hunts.map(({ mutant }: { mutant: string | null }) => mutant)).toEqual([null, ...only])
    for (const hunt of told.hunts.slice(1)) expect(hunt.broken).toContain(hunt.law)
  })

  it('fails when a mutant survives', () => {
    // One scenario in which no token of an older epoch is used.
    const { code, out } = start('mutants', '--seeds', '1', '--jobs', '1', '--only', 'epoch-ignored')
    expect(code).toBe(1)
    expect(out).toContain('NOT CAUGHT by old-epoch-never-waits')
  })
})

describe('run --mutant', () => {
  it('refuses a mutant that there is not, and a live cluster', () => {
    expect(start('run', 'a.yaml', '--mutant', 'nothing').code).toBe(4)
    const live = start('run', 'a.yaml', '--mutant', 'off-by-one', '--live')
    expect(live.code).toBe(4)
    expect(live.err).toContain('leave --live')
  })
})
