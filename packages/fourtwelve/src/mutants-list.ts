/** What `fourtwelve mutants --list` tells: every mutant there is. Always holds: nothing runs; the order is that of the table of a hunt. */

import { TEXT_WIDTH, textTable, wrapText, type Column, type Palette } from '@fourtwelve/report'
import type { Mutant } from './mutants/mutant.ts'

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left' },
  { title: 'mutant', align: 'left' },
  { title: 'law that must catch it', align: 'left' },
]

/** Under the mutant's name: numbers have three characters at most, and two spaces follow. */
const INDENT = 5

/** For people, with its last line end. */
export function mutantsListText(mutants: readonly Mutant[], palette: Palette): string {
  const rows = mutants.map((mutant) => ({
    cells: [mutant.reference ?? '', mutant.name, mutant.law].map((text) => ({ text })),
    below: [mutant.breaks, ...standInLines([mutant])].flatMap((text) =>
      wrapText(text, TEXT_WIDTH - INDENT).map((line) => ({ text: line, paint: palette.dim })),
    ),
  }))
  return `${[
    ...textTable(COLUMNS, rows, { palette, indentAt: 1 }),
    '',
    ...wrapText(
      'M1 to M25 are counted by themselves; the others came with further laws. --only and --mutant take a name or an M-number.',
      TEXT_WIDTH,
    ),
  ].join('\n')}\n`
}

/** Says of each that stands in for the way of breaking that its number means, why. */
export const standInLines = (mutants: readonly Mutant[]): readonly string[] =>
  mutants.flatMap(({ reference, standsIn }) =>
    reference === null || standsIn === undefined ? [] : [`${reference} is played by a stand-in: ${standsIn}`],
  )

/** The same as an object. */
export const mutantsListJson = (mutants: readonly Mutant[]): object => ({
  mutants: mutants.map(({ name, reference, law, breaks, standsIn = null }) => ({
    name,
    reference,
    law,
    breaks,
    stands_in: standsIn,
  })),
})
