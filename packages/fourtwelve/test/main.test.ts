import { KNOWN_WORDS, loadScenario } from 'fourtwelve'
import { describe, expect, it } from 'vitest'
import { command } from './memory-ports.ts'

describe('the command line', () => {
  it.each([['run'], ['token'], ['token', 'decode'], ['index'], ['index', 'decode'], ['schema'], ['init']])(
    'explains %s %s with a sentence and an example',
    async (...words) => {
      for (const flag of ['--help', '-h']) {
        const { code, out, err } = await command([...words, flag])
        expect({ code, err }).toEqual({ code: 0, err: '' })
        expect(out).toMatch(/^Usage: fourtwelve /)
        expect(out).toMatch(/\n\n[A-Z][^\n]+\.?/)
        expect(out).toContain('fourtwelve ')
      }
    },
  )

  it('tells its version', async () => {
    expect(await command(['--version'])).toMatchObject({ code: 0, out: '0.1.0\n' })
  })

  it('prints its help to standard error and ends with 4 when it is told nothing', async () => {
    const { code, out, err } = await command([])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toContain('fourtwelve run scenario.yaml')
  })

  it.each([
    [['rnu'], 'Did you mean run?'],
    [['rnu'], 'see `fourtwelve --help`'],
    [['token', 'decod'], 'Did you mean decode?'],
    [['token', 'decode'], 'see `fourtwelve token decode --help`'],
    [['run', 'a.yaml', '--seed', 'x'], 'see `fourtwelve run --help`'],
    [['run', 'a.yaml', '--jsn'], 'Did you mean --json?'],
    [['init', '--forc'], 'Did you mean --force?'],
    [['run'], 'missing required argument'],
    [['schema', 'x'], 'too many arguments'],
  ])('ends %j with 4 and says %s', async (argv, said) => {
    const { code, out, err } = await command(argv)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(/^fourtwelve: /)
    expect(err).toContain(said)
  })

  it('explains defaults in words that its flags take', async () => {
    const { out } = await command(['fuzz', '--help'])
    for (const words of ['(default: 30s)', '(default: one a core: ', '(default: 1/1)', '(default: failures)']) {
      expect(out).toContain(words)
    }
  })

  it('does not repeat a token that stands in the wrong place', async () => {
    const { code, err } = await command(['token', 'hvs.CAESIABCDEFGHIJKLMNOPQRSTUVWX'])
    expect(code).toBe(4)
    expect(err).not.toContain('ABCDEF')
  })
})

describe('fourtwelve schema', () => {
  it('prints a JSON Schema that knows the presets and the laws', async () => {
    const { code, out } = await command(['schema'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' })
    for (const word of [...KNOWN_WORDS.mitigations, ...KNOWN_WORDS.laws]) expect(out).toContain(JSON.stringify(word))
  })
})

describe('fourtwelve init', () => {
  it('writes a scenario that can be run as it stands', async () => {
    const { code, out, files } = await command(['init'])
    expect(code).toBe(0)
    expect(out).toContain('fourtwelve run scenario.yaml')
    const text = files.get('scenario.yaml') ?? ''
    expect(text).toContain('fourtwelve run scenario.yaml')
    expect((await command(['run', 'scenario.yaml'], { files: { 'scenario.yaml': text } })).code).toBe(0)
  })

  it('does not write over a file unless it is forced', async () => {
    const files = { 'mine.yaml': 'mine' }
    const refused = await command(['init', 'mine.yaml'], { files })
    expect(refused.code).toBe(4)
    expect(refused.err).toContain('--force')
    expect(refused.files.get('mine.yaml')).toBe('mine')
    const forced = await command(['init', 'mine.yaml', '--force'], { files })
    expect(forced.code).toBe(0)
    expect(forced.files.get('mine.yaml')).toContain('question:')
  })
})

describe('a loaded scenario', () => {
  it('takes the seed of the command line before its own', () => {
    const readText = (): { text: string } => ({
      text: 'question: Why?\nseed: 1\nsteps: [{ get: sys/health, node: n0, expect: 200 }]\n',
    })
    expect(loadScenario('a.yaml', { set: [], seed: 9, readText })).toMatchObject({ scenario: { seed: 9, name: 'a' } })
    expect(loadScenario('a.yaml', { set: [], seed: null, readText })).toMatchObject({ scenario: { seed: 1 } })
  })
})
