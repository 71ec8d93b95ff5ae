/** `fuzz`, `mutants` and `run --mutant`, each in a process of its own, with real threads and the real simulation. */

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { ALL_MUTANTS } from '../dist/mutants/all-mutants.js'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-explore-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'a-file'), '')

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
    [['--for', '0s'], 'must be more than nothing'],
    [['--mutant', 'nothing'], 'there is no mutant nothing'],
    [['--mutant', 'of-by-one'], 'Did you mean off-by-one?'],
    [['--out', 'a-file'], '--out a-file is a file: name a folder'],
    [['--out', 'a-file/below'], `cannot be made: ${join(folder, 'a-file')} is a file`],
    [['--out', '/proc/fourtwelve/deep'], '/proc/fourtwelve: its file system'],
    [['--jobs', '0'], 'from 1 to 256'],
  ])('refuses %s before it runs', (argv, words) => {
    const { code, out, err } = start('fuzz', ...argv)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain(words)
  })

  it('names the seeds that it judged, the shard and the threads, and makes no folder for nothing', () => {
    const { code, out, err } = start(
      'fuzz',
      '--for',
      '1s',
      '--seed',
      '5',
      '--shard',
      '2/3',
      '--jobs',
      '2',
      '--out',
      'no/finds',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^seeds 6 to \d+.*, shard 2\/3, 2 jobs$/m)
    expect(existsSync(join(folder, 'no'))).toBe(false)
  })

  it('loses no find that cannot be written', () => {
    const name = 'index-before-write-token-index-covers-its-write-1.yaml'
    // A folder stands where the file would.
    mkdirSync(join(folder, 'taken', name), { recursive: true })
    const argv = ['fuzz', '--for', '20s', '--seed', '1', '--jobs', '1', '--mutant', 'M3', '--out', 'taken']
    const { code, out } = start(...argv)
    expect(code).toBe(1)
    expect(out).toContain('fail  seed 1 breaks the law token-index-covers-its-write')
    expect(out).toContain(`${join('taken', name)} cannot be written: it is a folder, not a file`)
    const text = out.slice(out.indexOf('# Found by'), out.indexOf('\n\nthe scenario: '))
    writeFileSync(join(folder, name), `${text}\n`)
    expect(out.trimEnd().split('\n').at(-1)).toBe(`fourtwelve run ${name} --mutant index-before-write`)
    expect(start('run', name, '--mutant', 'M3').code).toBe(1)
    const told = JSON.parse(start(...argv, '--json').out)
    expect(told.found).toMatchObject({ file: null, law: 'token-index-covers-its-write', scenario: `${text}\n` })
  })

  it('ends at Ctrl-C with its counts', async () => {
    // Before it listens the signal ends it as any process: then it gets longer to start.
    let ended = await interrupted(500)
    for (let after = 1_000; ended.code === null && after <= 16_000; after *= 2) ended = await interrupted(after)
    expect(ended.code).toBe(130)
    expect(JSON.parse(ended.out)).toMatchObject({ interrupted: true, found: null })
  })
})

/** A long `fuzz`, and Ctrl-C after some milliseconds. */
async function interrupted(after: number): Promise<Omit<Ended, 'err'>> {
  const child = spawn(process.execPath, [BIN, 'fuzz', '--for', '10m', '--jobs', '1', '--json'], { cwd: folder })
  let out = ''
  child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')))
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  setTimeout(() => child.kill('SIGINT'), after)
  return { code: await code, out }
}

describe('mutants', () => {
  it('tells every mutant, and says openly which one stands in for another', () => {
    const { code, out } = start('mutants', '--list')
    expect(code).toBe(0)
    expect(out).toMatch(/^M2 +off-by-one +token-gate$/m)
    expect(out).toContain('M25 is played by a stand-in: ')
    const { mutants } = JSON.parse(start('mutants', '--list', '--json').out)
    expect(mutants.map(({ name }: { name: string }) => name)).toEqual(ALL_MUTANTS.map(({ name }) => name))
    const standIns = mutants.filter(({ stands_in }: { stands_in: string | null }) => stands_in !== null)
    expect(standIns.map(({ reference }: { reference: string }) => reference)).toEqual(['M25'])
  })

  it.each([
    [['--only', 'off-by-one,'], 'A name is empty'],
    [['--only', 'M99'], 'there is no mutant M99.'],
    [['--only', 'drity-read'], 'Did you mean dirty-read? `fourtwelve mutants --list` tells all'],
    [['--out', 'a-file'], '--out a-file is a file: name a folder'],
  ])('refuses %s before it runs', (argv, words) => {
    const { code, out, err } = start('mutants', ...argv)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain(words)
  })

  it('tells a scenario that cannot be written, and fails', () => {
    mkdirSync(join(folder, 'full', 'dirty-read.yaml'), { recursive: true })
    const argv = ['--seeds', '40', '--clean-seeds', '5', '--only', 'dirty-read', '--no-shrink', '--out', 'full']
    const { code, out, err } = start('mutants', ...argv)
    expect(code).toBe(1)
    expect(err).toContain(`${join('full', 'dirty-read.yaml')} cannot be written: it is a folder, not a file`)
    expect(out).toContain('it breaks the law reply-equals-replay.')
    expect(out).toContain('1 of 1 further caught')
  })

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
