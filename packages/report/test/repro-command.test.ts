import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reproCommand } from '@fourtwelve/report'

describe('the command that repeats a run', () => {
  it('is short when nothing needs quotes', () => {
    expect(reproCommand({ file: 'scenarios/a.yaml', seed: 42, set: [['topology.standbys', '3']] })).toBe(
      'fourtwelve run scenarios/a.yaml --seed 42 --set topology.standbys=3',
    )
  })

  it('does not let a file pass for an option', () => {
    expect(reproCommand({ file: '-x.yaml', seed: 1, set: [] })).toBe('fourtwelve run ./-x.yaml --seed 1')
  })

  it('reaches the program word by word through a shell', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', "'", '"', '$', '`', '\\', '*', '{', '>', ';', 'ü'),
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(text, text, text, (file, path, value) => {
        const command = reproCommand({ file: `s/${file}`, seed: 7, set: [[path, value]] })
        const shown = execFileSync('sh', ['-c', `fourtwelve() { printf '%s\\n' "$@"; }; ${command}`], {
          encoding: 'utf8',
        })
        expect(shown).toBe(`${['run', `s/${file}`, '--seed', '7', '--set', `${path}=${value}`].join('\n')}\n`)
      }),
      { numRuns: 50 },
    )
  })
})
