/**
 * Columns of text that line up.
 * Always holds: widths are those of the texts without colours; no line ends in a space; a column without any text is left out.
 */

import type { Paint, Palette } from './palette.ts'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

export interface Cell {
  readonly text: string
  readonly paint?: Paint
}

export interface Row {
  /** One a column. */
  readonly cells: readonly Cell[]
  /** Lines that belong to the row and are written under it, from the column `indentAt` of the table on. */
  readonly below?: readonly Cell[]
}

export interface TableOptions {
  readonly palette: Palette
  /** Under which column the lines of `below` begin. */
  readonly indentAt?: number
}

const GAP = '  '

/** The lines of a table, its titles first. */
export function textTable(
  columns: readonly Column[],
  rows: readonly Row[],
  { palette, indentAt = 0 }: TableOptions,
): string[] {
  const widths = columns.map(({ title }, at) => {
    const longest = Math.max(0, ...rows.map(({ cells }) => cells[at]?.text.length ?? 0))
    return longest === 0 ? 0 : Math.max(longest, title.length)
  })
  const line = (cells: readonly Cell[]): string => {
    const last = cells.findLastIndex(({ text }, at) => text !== '' && (widths[at] ?? 0) > 0)
    return cells
      .slice(0, last + 1)
      .flatMap(({ text, paint }, at) => {
        const width = widths[at] ?? 0
        if (width === 0) return []
        const space = ' '.repeat(width - text.length)
        const painted = text === '' || paint === undefined ? text : paint(text)
        if (columns[at]?.align === 'right') return [space + painted]
        return [at === last ? painted : painted + space]
      })
      .join(GAP)
  }
  const indent = ' '.repeat(
    widths.slice(0, indentAt).reduce((total, width) => total + (width === 0 ? 0 : width + GAP.length), 0),
  )
  const titles = columns.map(({ title }): Cell => ({ text: title, paint: palette.dim }))
  return [
    line(titles.map((cell, at) => ((widths[at] ?? 0) === 0 ? { text: '' } : cell))),
    ...rows.flatMap(({ cells, below }) => [
      line(cells),
      ...(below ?? []).map(({ text, paint }) => indent + (paint === undefined ? text : paint(text))),
    ]),
  ]
}
