/** `fuzz`, `mutants` and `run --mutant`, each in a process of its own, with real threads and the real simulation. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
    const only = ['apply-out-of-order', 'mac-not-checked', 'dirty-read']
    const { code, out } = start('mutants', '--seeds', '40', '--clean-seeds', '20', '--only', only.join(','), '--json')
    expect(code).toBe(0)
    const told = JSON.parse(out)
    expect(told).toMatchObject({ caught: 3, of: 3, reference: { caught: 2, of: 2 }, silent: true, clean_seeds: 20 })
    expect(told.hunts.map(({ mutant }: { mutant: string | null }) => mutant)).toEqual([null, ...only])
    for (const hunt of told.hunts.slice(1)) expect(hunt.broken).toContain(hunt.law)
  })

  it('tells those of the reference and further ones apart, and where each scenario was written', () => {
    const only = 'mac-not-checked,dirty-read'
    const { code, out } = start('mutants', '--seeds', '40', '--clean-seeds', '5', '--only', only, '--out', 'written')
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.slice(-4, -1)).toEqual([
      '1 of 1 caught',
      '1 of 1 further caught',
      'the true node breaks no law in 5 seeds',
    ])
    const row = lines.find((line) => line.includes('dirty-read')) ?? ''
    expect(row).toMatch(/reply-equals-replay +yes +\d+ +\d+ steps? +written\/dirty-read\.yaml$/)
    expect(start('run', join('written', 'dirty-read.yaml'), '--mutant', 'dirty-read').code).toBe(1)
    expect(start('run', join('written', 'dirty-read.yaml')).code).toBe(0)
  })

  it('leaves a scenario as it was drawn when asked to', () => {
    const { code, out } = start('mutants', '--seeds', '40', '--only', 'dirty-read', '--no-shrink', '--json')
    expect(code).toBe(0)
    const [, hunt] = JSON.parse(out).hunts
    expect(hunt.still_broken).toEqual(hunt.broken)
    expect(hunt.scenario).not.toContain('made small')
  })

  it('fails when a mutant survives', () => {
    // One scenario in which no token of an older epoch is used.
    const { code, out } = start('mutants', '--seeds', '1', '--jobs', '1', '--only', 'epoch-ignored')
    expect(code).toBe(1)
    expect(out).toContain('NOT CAUGHT by old-epoch-never-waits')
  })
})

describe('run --mutant', () => {
  it('tells a law that was broken before the node itself gave up', () => {
    writeFileSync(join(folder, 'two-leaders.yaml'), TWO_LEADERS)
    const { code, err } = start('run', 'two-leaders.yaml', '--mutant', 'votes-twice')
    expect(code).toBe(1)
    expect(err).toContain('one-active-a-term is broken: Node ')
    expect(err).toContain('Then the run stopped: ')
    expect(start('run', 'two-leaders.yaml').code).toBe(0)
  })

  it('refuses a mutant that there is not, and a live cluster', () => {
    expect(start('run', 'a.yaml', '--mutant', 'nothing').code).toBe(4)
    const live = start('run', 'a.yaml', '--mutant', 'off-by-one', '--live')
    expect(live.code).toBe(4)
    expect(live.err).toContain('leave --live')
  })
})

const TWO_LEADERS = `
question: Does the law one-active-a-term hold here?
seed: 1
topology: { standbys: 1 }
lag: 0s
cooldown: 20s
expect: { witnesses: [ operations >= 1 ] }
steps:
  - { post: auth/token/create, node: n0 }
  - { restart: n0 }
  - { restart: n1 }
`
