/**
 * What `fourtwelve mutants` tells: a table, a few lines below it, or one JSON object.
 * Always holds: the 25 mutants of simulation-and-checking 6.2 and those of our own are counted apart.
 */

import { TEXT_WIDTH, textTable, wrapText, type Column, type Palette, type Row } from '@fourtwelve/report'
import type { Found } from './explore-messages.ts'
import type { Hunt, Hunted } from './hunt-mutants.ts'
import { standInLines } from './mutants-list.ts'

/** Where a scenario was written; null when it was not. */
export type FileOf = (hunt: Hunt) => string | null

export const isSilent = ({ clean }: Hunted): boolean => clean.found === null

export const areAllCaught = ({ hunts }: Hunted): boolean => hunts.every(isCaught)

const isCaught = ({ found }: Hunt): boolean => found !== null
const isOfReference = ({ mutant }: Hunt): boolean => mutant !== null && mutant.reference !== null

/** The table and what it comes to. */
export function mutantsText(hunted: Hunted, fileOf: FileOf, palette: Palette): readonly string[] {
  const { clean, hunts } = hunted
  const seeds = clean.judged.scenarios.toLocaleString('en-US')
  return [
    ...textTable(
      COLUMNS,
      hunts.map((hunt) => rowOf(hunt, fileOf(hunt))),
      { palette },
    ),
    '',
    ...(clean.found === null ? [] : [...wrapText(clean.found.prose, TEXT_WIDTH), '', clean.found.text]),
    ...count(hunts.filter(isOfReference), 'caught'),
    ...standInLines(hunts.flatMap(({ mutant }) => mutant ?? [])).flatMap((text) =>
      wrapText(text, TEXT_WIDTH - INDENT.length).map((line) => `${INDENT}${line}`),
    ),
    ...count(
      hunts.filter((hunt) => !isOfReference(hunt)),
      'further caught',
    ),
    clean.found === null
      ? `the true node breaks no law in ${seeds} seeds`
      : `the true node BREAKS ${clean.found.law} with seed ${clean.found.seed}`,
  ]
}

const count = (hunts: readonly Hunt[], what: string): readonly string[] =>
  hunts.length === 0 ? [] : [`${hunts.filter(isCaught).length} of ${hunts.length} ${what}`]

/** Of what belongs to the line above. */
const INDENT = '  '

const COLUMNS: readonly Column[] = [
  { title: '', align: 'left' },
  { title: 'mutant', align: 'left' },
  { title: 'caught by', align: 'left' },
  { title: 'only it', align: 'left' },
  { title: 'seeds', align: 'right' },
  { title: 'shrunk to', align: 'left' },
  { title: 'scenario', align: 'left' },
]

function rowOf({ mutant, found, judged }: Hunt, file: string | null): Row {
  const others = (found?.stillBroken ?? judged.broken).filter((law) => law !== mutant?.law)
  return {
    cells: [
      mutant?.reference ?? '',
      mutant?.name ?? '',
      found === null ? `NOT CAUGHT by ${mutant?.law ?? 'any law'}` : found.law,
      others.length === 0
        ? found === null
          ? ''
          : 'yes'
        : `${found === null ? 'only by' : 'also'} ${others.join(', ')}`,
      String(judged.scenarios),
      found === null || found.tries === 0 ? '' : sizeWords(found),
      file ?? '',
    ].map((text) => ({ text })),
  }
}

const sizeWords = ({ steps, clients }: Found): string =>
  [
    ...(clients > 0 ? [`${clients} client${clients === 1 ? '' : 's'}`] : []),
    ...(steps > 0 ? [`${steps} step${steps === 1 ? '' : 's'}`] : []),
  ].join(', ')

/** The same as an object; the node as it is comes first among the hunts. */
export function mutantsJson(hunted: Hunted, fileOf: FileOf): object {
  const { clean, hunts } = hunted
  const countOf = (some: readonly Hunt[]): object => ({ caught: some.filter(isCaught).length, of: some.length })
  return {
    ...countOf(hunts),
    reference: countOf(hunts.filter(isOfReference)),
    silent: isSilent(hunted),
    clean_seeds: clean.judged.scenarios,
    hunts: [clean, ...hunts].map((hunt) => told(hunt, fileOf(hunt))),
  }
}

function told({ mutant, found, judged }: Hunt, file: string | null): object {
  const { text = null, steps = null, seed = null, prose = null, law = null } = found ?? {}
  const { broken = judged.broken, stillBroken = null } = found ?? {}
  return {
    mutant: mutant?.name ?? null,
    reference: mutant?.reference ?? null,
    stands_in: mutant?.standsIn ?? null,
    breaks: mutant?.breaks ?? null,
    law: mutant?.law ?? law,
    caught: found !== null,
    seeds: judged.scenarios,
    seed,
    broken,
    still_broken: stillBroken,
    steps,
    prose,
    scenario: text,
    file,
  }
}
