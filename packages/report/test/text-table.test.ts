import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_COLOURS, type Palette } from '@fourtwelve/report'
import { textTable, type Column } from '../dist/text-table.js'

const columns: readonly Column[] = [
  { title: 'name', align: 'left' },
  { title: 'unused', align: 'left' },
  { title: 'count', align: 'right' },
]
const cells = (...texts: string[]): { text: string }[] => texts.map((text) => ({ text }))

describe('a table of text', () => {
  it('lines columns up, and leaves out those that hold nothing', () => {
    const rows = [{ cells: cells('bare', '', '7') }, { cells: cells('retrying', '', '1200') }]
    expect(textTable(columns, rows, { palette: NO_COLOURS })).toEqual([
      'name      count',
      'bare          7',
      'retrying   1200',
    ])
  })

  it('writes the lines under a row from the column that it is told', () => {
    const rows = [{ cells: cells('a', '', '1'), below: cells('why') }]
    expect(textTable(columns, rows, { palette: NO_COLOURS, indentAt: 2 })).toEqual([
      'name  count',
      'a         1',
      '      why',
    ])
  })

  it('has no line that ends in a space, and is the same text without its colours', () => {
    const marked: Palette = {
      ...NO_COLOURS,
      dim: (text) => `<${text}>`,
      red: (text) => `<${text}>`,
    }
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '7'), maxLength: 6 })
    const row = fc.tuple(word, word, word)
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (texts) => {
        const plain = texts.map((three) => ({ cells: three.map((text) => ({ text })) }))
        const painted = texts.map((three) => ({ cells: three.map((text) => ({ text, paint: marked.red })) }))
        const lines = textTable(columns, plain, { palette: NO_COLOURS })
        expect(lines.filter((line) => line.endsWith(' '))).toEqual([])
        const coloured = textTable(columns, painted, { palette: marked })
        expect(coloured.map((line) => line.replaceAll(/[<>]/g, ''))).toEqual(lines)
      }),
    )
  })
})
