import fc from 'fast-check'
import { EXIT, type ExitCode } from 'fourtwelve'
import { describe, expect, it } from 'vitest'
import { worstOf } from '../dist/exit-codes.js'

describe('the exit code of several files', () => {
  it('is the worst, by the order that the help prints', () => {
    const order: readonly ExitCode[] = [130, 5, 4, 6, 1, 2, 3, 0]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...order), { minLength: 1 }), (codes) => {
        expect(order.indexOf(worstOf(codes))).toBe(Math.min(...codes.map((code) => order.indexOf(code))))
      }),
    )
    expect(new Set(order)).toEqual(new Set(Object.values(EXIT)))
  })
})
