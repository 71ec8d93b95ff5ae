/** What a failed property prints, and that its command repeats it. */

import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { repeatCommand, repeatParameters } from './property-report.ts'

/** Fails from 1000 on, so that shrinking has a way to go. */
const small = fc.property(fc.nat(), (n) => {
  expect(n).toBeLessThan(1000)
})

function failureOf(check: () => void): string {
  try {
    check()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('the property held')
}

describe('a failed property (of any kind)', () => {
  test("prints its seed, its path and the command; 'quoted' names too", () => {
    const message = failureOf(() => fc.assert(small, { seed: 12 }))
    const [command = '', heading] = message.split('\n').toReversed()
    expect(message).toContain('seed: 12, path: "')
    expect(message).toContain('Counterexample: [1000]')
    expect(heading).toBe('To repeat it:')
    expect(command).toMatch(/^FOURTWELVE_PROPERTY=12\/[\d:]+ npx vitest run test\/property-report\.test\.ts -t /)
    expect(command).toContain(
      String.raw`-t '^a failed property \(of any kind\) prints its seed, its path and the command; '\''quoted'\'' names too$'`,
    )
    // What the command says plays the same counterexample, at once.
    const [, said] = /^FOURTWELVE_PROPERTY=(\S+) /.exec(command) ?? []
    const repeated = fc.check(small, repeatParameters(said))
    expect([repeated.counterexample, repeated.numRuns, repeated.numShrinks]).toEqual([[1000], 1, 0])
  })

  test('prints them of asynchronous ones too', async () => {
    const failed = fc.assert(
      fc.asyncProperty(fc.nat(), async (n) => n < 1000),
      { seed: 12 },
    )
    await expect(failed).rejects.toThrow(/Counterexample: \[1000\][^]*\nTo repeat it:\nFOURTWELVE_PROPERTY=12\//)
  })
})

test('a property that holds prints nothing', () => {
  fc.assert(fc.property(fc.nat(), (n) => n >= 0))
})

test('one that was cut short says after how many of its runs', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const isTrue = fc.property(fc.nat(), (n) => {
      // All forty together last far longer than the limit.
      const end = performance.now() + 3
      while (performance.now() < end);
      return n >= 0
    })
    fc.assert(isTrue, { numRuns: 40, interruptAfterTimeLimit: 1, markInterruptAsFailure: false })
    expect(written.mock.calls.flat().join('')).toMatch(
      /^one that was cut short says after how many of its runs: \d+ of 40 runs, cut short after 1 ms\n$/,
    )
  } finally {
    written.mockRestore()
  }
})

test('without a word nothing is repeated, and a word that was not copied whole is refused', () => {
  expect([repeatParameters(undefined), repeatParameters('')]).toEqual([{}, {}])
  expect(repeatParameters('-7/3:0')).toEqual({ seed: -7, path: '3:0', endOnFailure: true })
  expect(() => repeatParameters('-7')).toThrow('is not <seed>/<path>')
})

test('the file in the command is found from the root', () => {
  const file = new URL('../packages/client/test/a.test.ts', import.meta.url).pathname
  expect(repeatCommand({ file, name: 'x' }, 1, '0')).toBe(
    "FOURTWELVE_PROPERTY=1/0 npx vitest run packages/client/test/a.test.ts -t '^x$'",
  )
})
