/** What is drawn: always a scenario, always the same of one seed, and over many seeds everything that there is. */

import {
  drawScenario,
  readScenarioFile,
  stepsOf,
  tryScenarioFile,
  writeScenarioFile,
  type Draft,
} from '@fourtwelve/explore'
import { SWITCHES } from '@fourtwelve/protocol'
import { MITIGATIONS, parseScenario } from '@fourtwelve/scenario'
import { createEntropy } from '@fourtwelve/simulation'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const drawn = (seed: number, kind: 'script' | 'load' | null = null): Draft =>
  drawScenario((name) => createEntropy(seed).stream(name), seed, kind)

const seeds = fc.nat(2 ** 40)
const MANY: readonly Draft[] = Array.from({ length: 400 }, (_, seed) => drawn(seed))

describe('a drawn scenario', () => {
  it('can be read, whatever the seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(typeof tryScenarioFile(drawn(seed).file)).toBe('object')
      }),
      { numRuns: 150 },
    )
  })

  it('is the same each time that its seed is drawn', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(drawn(seed)).toEqual(drawn(seed))
      }),
      { numRuns: 50 },
    )
  })

  it('is another for another seed', () => {
    expect(new Set(MANY.map((draft) => JSON.stringify({ ...draft.file, seed: 0, question: '' }))).size).toBe(
      MANY.length,
    )
  })

  it('has the same cluster as a script and as a load', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      expect(drawn(seed, 'script').file.server).toEqual(drawn(seed, 'load').file.server)
      expect(drawn(seed, 'script').file.clients).toBeUndefined()
      expect(drawn(seed, 'load').file.steps).toBeUndefined()
    }
  })

  it('writes to a file that reads back as what ran', () => {
    for (const { file } of MANY.slice(0, 60)) {
      const text = writeScenarioFile(file, ['a comment'])
      expect(text).toMatch(/^# a comment\n/)
      const read = parseScenario(text, { file: 'drawn.yaml', mitigations: MITIGATIONS })
      if ('problems' in read) throw new Error(JSON.stringify(read.problems))
      const ran = readScenarioFile(file)
      // Places of `given` are those of the text.
      expect({ ...read.scenario, given: null }).toEqual({ ...ran, given: null })
    }
  })
})

describe('over many seeds', () => {
  const all = JSON.stringify(MANY)

  it.each(Object.keys(SWITCHES))('the switch %s is turned in some and left in most', (name) => {
    const turned = MANY.filter(({ file }) => JSON.stringify(file.server ?? {}).includes(`"${name}":`)).length
    expect(turned).toBeGreaterThan(0)
    expect(turned).toBeLessThan(MANY.length / 2)
  })

  it.each(MITIGATIONS)('some client behaves as %s', (mitigation) => {
    expect(all).toMatch(new RegExp(`"(as|mitigation)":"${mitigation}"`))
  })

  it.each([
    'lag',
    'hold',
    'cut',
    'kill',
    'restart',
    'pause',
    'step_down',
    'promote',
    'backup',
    'restore',
    'clock_skew',
    'slow_disk',
    'slow_apply',
    'forwarding',
  ])('some script does %s', (word) => {
    expect(MANY.some(({ file }) => stepsOf(file).some((step) => word in step))).toBe(true)
  })

  it.each([1, 2, 3, 4, 5])('some cluster has %s standbys', (standbys) => {
    expect(MANY.some(({ file }) => file.topology.standbys === standbys)).toBe(true)
  })

  it('some show forged tokens, some nothing that goes wrong', () => {
    expect(MANY.some(({ forgeries }) => forgeries.length > 0)).toBe(true)
    expect(MANY.some(({ file }) => file.clients !== undefined && (file.faults ?? []).length === 0)).toBe(true)
  })
})
