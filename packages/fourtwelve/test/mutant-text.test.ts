/** Replacing one function in the text of a compiled file. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_LAWS } from '@fourtwelve/checker'
import { mutatedText } from '../dist/mutant-text.js'
import { ALL_MUTANTS } from '../dist/mutants/all-mutants.js'
import { defineMutant } from '../dist/mutants/mutant.js'

const TABLE = new URL('../dist/mutants/all-mutants.js', import.meta.url).href

const nameless = (replaces: string) =>
  defineMutant({
    name: 'test-mutant',
    breaks: 'Nothing.',
    law: 'none',
    reference: null,
    package: 'protocol',
    file: 'none',
    replaces,
    by: (original: () => unknown) => original,
  })

describe('all mutants', () => {
  it.each(ALL_LAWS.map(({ name }) => name))('one is meant for the law %s', (law) => {
    expect(ALL_MUTANTS.filter((mutant) => mutant.law === law).map(({ name }) => name)).not.toEqual([])
  })

  it('have those of the reference among them, M1 to M25, each once', () => {
    const numbers = ALL_MUTANTS.flatMap(({ reference }) => reference ?? [])
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, at) => `M${at + 1}`))
  })

  it('have a name each', () => {
    expect(new Set(ALL_MUTANTS.map(({ name }) => name)).size).toBe(ALL_MUTANTS.length)
  })
})

describe.each(ALL_MUTANTS)('the mutant $name', (mutant) => {
  const file = new URL(`../../${mutant.package}/dist/${mutant.file}.js`, import.meta.url)

  it('replaces a function that is there', () => {
    const text = mutatedText(readFileSync(file, 'utf8'), mutant, TABLE)
    expect(text).toContain(`function ${mutant.replaces}(...given)`)
    expect(text).toContain(`${mutant.replaces}__genuine`)
  })

  it('uses only names that the file knows', () => {
    const text = readFileSync(file, 'utf8')
    for (const name of mutant.needs) expect(text).toMatch(new RegExp(`\\b${name}\\b`))
  })

  it('is meant for a law that there is', () => {
    expect(ALL_LAWS.map(({ name }) => name)).toContain(mutant.law)
  })
})

describe('the text of a mutated file', () => {
  it('throws when the function is not there', () => {
    expect(() => mutatedText('\nexport function other() {}\n', nameless('wanted'), TABLE)).toThrow(/no function wanted/)
  })

  it('replaces functions and constants, exported or not, and keeps exports', () => {
    const forms = [
      'export function wanted(a) { return a }',
      'export const wanted = (a) => a',
      'function wanted(a) { return a }',
      'const wanted = (a) => a',
    ]
    for (const form of forms) {
      const text = mutatedText(`// first\n${form}\nwanted(1)\n`, nameless('wanted'), TABLE)
      expect(text.includes('export function wanted(')).toBe(form.startsWith('export'))
      expect(text.match(/function wanted\(/g)).toHaveLength(1)
      expect(text).toMatch(/(function wanted__genuine\(|const wanted__genuine = )/)
    }
  })

  it('stays as it is when it carries a mutant already', () => {
    const once = mutatedText('\nfunction wanted() {}\n', nameless('wanted'), TABLE)
    expect(mutatedText(once, nameless('wanted'), TABLE)).toBe(once)
  })
})

it('no two mutants have one name', () => {
  expect(new Set(ALL_MUTANTS.map(({ name }) => name)).size).toBe(ALL_MUTANTS.length)
})
