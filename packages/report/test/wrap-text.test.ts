import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oneLine, shortened, wrapText } from '../dist/wrap-text.js'

describe('wrapping', () => {
  it('keeps every word, in order, on lines of the width', () => {
    const text = fc
      .array(fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\t'), maxLength: 12 }))
      .map((parts) => parts.join(' '))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (words, width) => {
        const lines = wrapText(words, width)
        expect(lines.join(' ')).toBe(oneLine(words))
        for (const line of lines) expect(line.length <= width || !line.includes(' ')).toBe(true)
      }),
    )
  })

  it("puts Vault's errors on one line", () => {
    expect(oneLine('2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n')).toBe(
      '2 errors occurred: * permission denied * invalid token',
    )
  })

  it('shows that something was cut off', () => {
    expect(shortened('abcdef', 6)).toBe('abcdef')
    expect(shortened('abcdefg', 6)).toBe('abcde…')
  })
})
