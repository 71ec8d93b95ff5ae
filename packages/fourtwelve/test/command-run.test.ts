import { main } from 'fourtwelve'
import { describe, expect, it } from 'vitest'
import { command, memoryPorts } from './memory-ports.ts'
import { BAD_FILE, BAD_GIVEN, FAILS, IS_ASKED_NOTHING, MISSES_A_THRESHOLD, PASSES, SHOWS_NOTHING } from './scenarios.ts'

const files = {
  'a.yaml': PASSES,
  'fails.yaml': FAILS,
  'silent.yaml': SHOWS_NOTHING,
  'unasked.yaml': IS_ASKED_NOTHING,
  'slow.yaml': MISSES_A_THRESHOLD,
  'given.yaml': BAD_GIVEN,
  'bad.yaml': BAD_FILE,
}
const run = (...argv: string[]): ReturnType<typeof command> => command(['run', ...argv], { files })
const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

describe('fourtwelve run', () => {
  it.each([
    ['a.yaml', 0, 'pass'],
    ['fails.yaml', 1, 'fail'],
    ['silent.yaml', 2, 'unknown'],
    ['unasked.yaml', 2, 'unknown'],
    ['slow.yaml', 3, 'threshold'],
  ])('ends %s with %i and says %s', async (file, code, verdict) => {
    const ended = await run(file)
    expect(ended.code).toBe(code)
    expect(ended.out).toMatch(new RegExp(`^${verdict}  `, 'm'))
    expect(ended.err).toBe('')
    if (code !== 0) expect(lastLine(ended.out)).toBe(`fourtwelve run ${file} --seed 42`)
  })

  it('tells every problem of a file with its place, and ends with 4', async () => {
    const { code, out, err } = await run('bad.yaml')
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(/^bad\.yaml:4:\d+ .*standbyz.*$/m)
    expect(err).toMatch(/^bad\.yaml:5:\d+ .*lagg.*$/m)
  })

  it('tells what the cluster refused of `given`, and ends with 4', async () => {
    const { code, err } = await run('given.yaml')
    expect(code).toBe(4)
    expect(err).toMatch(
      /^given\.yaml:6:27 given: sys\/policies\/acl\/app was answered with 400 .*: correct it there\n$/,
    )
  })

  it('tells of a file that is not there, and ends with 4', async () => {
    expect(await run('nope.yaml')).toMatchObject({
      code: 4,
      out: '',
      err: 'nope.yaml: cannot be read: there is no such file\n',
    })
  })

  it('goes on after a file that cannot be run; the worst code counts, and the last line sums up', async () => {
    const { code, out } = await run('bad.yaml', 'a.yaml', 'fails.yaml', 'silent.yaml', 'slow.yaml')
    expect(code).toBe(4)
    expect(lastLine(out)).toBe('1 passed, 1 failed, 1 unknown, 1 missed a threshold, 1 could not be run in 0.0s')
    expect(out).toContain('fourtwelve run fails.yaml --seed 42\n')
    expect((await run('a.yaml', 'fails.yaml', 'slow.yaml')).code).toBe(1)
    expect((await run('a.yaml', 'silent.yaml', 'slow.yaml')).code).toBe(2)
  })

  it('prints one JSON object for one file', async () => {
    const { code, out } = await run('a.yaml', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      scenario: 'fresh-token',
      seed: 42,
      runtime: 'simulation',
      verdict: 'pass',
      repro: 'fourtwelve run a.yaml --seed 42',
      counters: { requests: 3, ok: 2, http_412: 1 },
    })
  })

  it('prints one JSON object a line for several files, and nothing else', async () => {
    const { out } = await run('a.yaml', 'fails.yaml', '--json', '--trace')
    const objects = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(objects.map(({ verdict }) => verdict)).toEqual(['pass', 'fail'])
  })

  it('takes seed and values from the command line, and repeats them in the command that repeats the run', async () => {
    const { code, out } = await run(
      'a.yaml',
      '--seed',
      '7',
      '--set',
      'steps.1.expect=403',
      '--set',
      'topology.standbys=2',
      '--json',
    )
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      seed: 7,
      repro: 'fourtwelve run a.yaml --seed 7 --set steps.1.expect=403 --set topology.standbys=2',
    })
  })

  it('blames the setting, not the file, when the setting is wrong', async () => {
    const { code, err } = await run('a.yaml', '--set', 'topology.standbys=99')
    expect(code).toBe(4)
    expect(err).toMatch(/^--set topology\.standbys=99: topology\.standbys /)
  })

  it('gives the same bytes for the same seed, and others for another', async () => {
    const jittery = { 'a.yaml': PASSES.replace('lag: 300ms', 'lag: { dist: uniform, min: 250ms, max: 350ms }') }
    const once = await command(['run', 'a.yaml', '--json'], { files: jittery })
    const again = await command(['run', 'a.yaml', '--json'], { files: jittery })
    const other = await command(['run', 'a.yaml', '--json', '--seed', '43'], { files: jittery })
    expect(again.out).toBe(once.out)
    expect(JSON.parse(other.out).fingerprint).not.toBe(JSON.parse(once.out).fingerprint)
  })

  it.each(['stand-in', 'real'])('is deterministic with %s cryptography', async (crypto) => {
    const { code, out } = await run('a.yaml', '--twice', '--set', `crypto=${crypto}`)
    expect(code).toBe(0)
    expect(out).toMatch(/, twice the same\n$/)
  })

  it('writes everything that happened as lines of JSON', async () => {
    const { files: written } = await run('a.yaml', '--history', 'h.ndjson')
    const records = (written.get('h.ndjson') ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(records[0]).toMatchObject({ kind: 'run', scenario: 'fresh-token', seed: 42 })
    expect(records.filter(({ kind }) => kind === 'reply').map(({ status }) => status)).toEqual([200, 412, 200])
  })

  it('writes JUnit XML, in which a file that could not be run is an error', async () => {
    const { files: written } = await run('a.yaml', 'bad.yaml', '--junit', 'report.xml')
    const xml = written.get('report.xml') ?? ''
    expect(xml).toMatch(/<testsuite name="fresh-token" tests="\d+" failures="0" errors="0"/)
    expect(xml).toContain('<testsuite name="bad.yaml" tests="1" failures="0" errors="1"')
  })

  it('prints what happened before it judges it', async () => {
    const { out } = await run('a.yaml', '--trace')
    expect(out).toMatch(/^fourtwelve transcript 1\nscenario {2}fresh-token\n/)
    expect(out).toMatch(/n1 {2}<- {6}call 2 {2}412 .*required index state not present/)
    expect(out.indexOf('fingerprint  ')).toBeLessThan(out.indexOf('What does a standby say'))
  })

  it('rewrites the transcript beside the file, and tells whether it changed', async () => {
    const first = await command(['run', 's/a.yaml', '--update-expected'], { files: { 's/a.yaml': PASSES } })
    const transcript = first.files.get('s/expected/a.txt') ?? ''
    expect(first.err).toBe('s/expected/a.txt is new\n')
    expect(transcript).toMatch(/^fourtwelve transcript 1\n[^]*\nfingerprint {2}[0-9a-f]+\n$/)
    const again = await command(['run', 's/a.yaml', '--update-expected'], {
      files: { 's/a.yaml': PASSES, 's/expected/a.txt': transcript },
    })
    expect(again.err).toBe('s/expected/a.txt is as it was\n')
    const old = { 's/a.yaml': PASSES, 's/expected/a.txt': 'old' }
    expect((await command(['run', 's/a.yaml', '--update-expected'], { files: old })).err).toContain('changed')
  })

  it('writes no expected transcript of a scenario that was changed on the command line', async () => {
    const { code, files: written } = await run('a.yaml', '--update-expected', '--seed', '7')
    expect(code).toBe(4)
    expect(written.has('expected/a.txt')).toBe(false)
  })

  it.each(['fails.yaml', 'silent.yaml', 'slow.yaml'])(
    'writes no expected transcript of %s, which does not pass, and says why',
    async (file) => {
      const { code, err, files: written } = await run(file, '--update-expected')
      expect(code).not.toBe(0)
      expect(err).toMatch(/^expected\/\w+\.txt is not written: the run did not pass, its verdict is \w+\n$/)
      expect([...written.keys()].filter((path) => path.startsWith('expected/'))).toEqual([])
    },
  )

  it('gives a scenario the same run under another name', async () => {
    const renamed = { 'a.yaml': PASSES, 'b.yaml': PASSES.replace('name: fresh-token', 'name: another') }
    const [one, other] = await Promise.all(
      ['a.yaml', 'b.yaml'].map(async (file) =>
        (await command(['run', file, '--history', 'h'], { files: renamed })).files.get('h'),
      ),
    )
    expect(other?.replace('another', 'fresh-token')).toBe(one)
  })

  it('reads a trace of lags beside the scenario', async () => {
    const traced = PASSES.replace('lag: 300ms', 'lag: { dist: trace, file: lags.csv, column: lag_ms }')
    const { code, err } = await command(['run', 's/a.yaml'], { files: { 's/a.yaml': traced } })
    expect(code).toBe(4)
    expect(err).toContain('lags.csv')
  })

  it('ends with 5, one line and no stack when something breaks that should not', async () => {
    const broken = {
      ...memoryPorts({ files }),
      createFile: () => ({
        write: () => {
          throw new TypeError('boom')
        },
        close: () => undefined,
        discard: () => undefined,
      }),
    }
    expect(await main(['run', 'a.yaml', '--history', 'h'], broken)).toBe(5)
    const lines = broken.err().trimEnd().split('\n')
    expect(lines[0]).toMatch(/^fourtwelve \S+: internal error: boom\. This is a bug: please report it/)
    expect(lines.at(-1)).toBe('fourtwelve run a.yaml --seed 42')
    expect(broken.err()).not.toContain('    at ')
    const debugging = { ...broken, env: { FOURTWELVE_DEBUG: '1' } }
    await main(['run', 'a.yaml', '--history', 'h'], debugging)
    expect(broken.err()).toContain('    at ')
  })

  it.each([
    ['--seed', '1.5'],
    ['--seed', '-1'],
    ['--seed', '9007199254740993'],
    ['--set', 'lag'],
    ['--set', '=3'],
  ])('refuses %s %s', async (flag, value) => {
    const { code, out, err } = await run('a.yaml', flag, value)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain(flag)
  })
})

describe('colours', () => {
  const coloured = async (isTerminal: boolean, env: Record<string, string>): Promise<boolean> =>
    (await command(['run', 'a.yaml'], { files, isTerminal, env })).out.includes('\u001b[')

  it('are for terminals alone, unless they are asked for', async () => {
    expect(await coloured(true, {})).toBe(true)
    expect(await coloured(false, {})).toBe(false)
    expect(await coloured(true, { CI: 'true' })).toBe(false)
    expect(await coloured(true, { TERM: 'dumb' })).toBe(false)
    expect(await coloured(false, { FORCE_COLOR: '1' })).toBe(true)
    expect(await coloured(true, { NO_COLOR: '1', FORCE_COLOR: '1' })).toBe(false)
  })
})
