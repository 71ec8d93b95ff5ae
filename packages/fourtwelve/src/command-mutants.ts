/** `fourtwelve mutants` */

import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { join } from 'node:path'
import type { CommandContext } from './command.ts'
import { jobsOption } from './command-fuzz.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { huntMutants, type Hunt, type HuntProgress } from './hunt-mutants.ts'
import { findMutant } from './mutant-loader.ts'
import { mutantsListJson, mutantsListText } from './mutants-list.ts'
import { ALL_MUTANTS } from './mutants/all-mutants.ts'
import { areAllCaught, isSilent, mutantsJson, mutantsText } from './mutants-report.ts'
import type { Ports } from './ports.ts'
import { startProgressLine } from './progress-line.ts'
import { readSeed } from './run-options.ts'
import { paletteFor } from './terminal-colours.ts'
import { requireFolder, writeFile } from './written-file.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve mutants --list
  $ fourtwelve mutants
  $ fourtwelve mutants --seeds 500 --only off-by-one,M10 --out mutants
  $ fourtwelve mutants --no-shrink --clean-seeds 60

Exit codes: 0 every mutant was caught by its law and the true node by none, 1 otherwise, 4 a bad flag, 5 an internal error.
`

const DEFAULT_SEEDS = 250
const DEFAULT_CLEAN_SEEDS = 1_000
const SEEDS_MAX = 1_000_000

interface MutantsOptions {
  readonly seeds: number
  readonly cleanSeeds?: number
  readonly seed: number
  readonly jobs: number
  readonly only?: readonly string[]
  readonly shrink: boolean
  readonly out?: string
  readonly list?: true
  readonly json?: true
}

export function addMutantsCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('mutants')
    .summary('break the node on purpose: every law must catch its own')
    .description(
      'Breaks the node, one known way at a time, and runs random scenarios until the law that is meant for it notices. The node as it is runs many more, and must break none.',
    )
    .option('--seeds <n>', 'scenarios of each mutant, at most', readSeeds, DEFAULT_SEEDS)
    .option(
      '--clean-seeds <n>',
      `scenarios of the node as it is (default: ${DEFAULT_CLEAN_SEEDS.toLocaleString('en-US')}; with --only as many as --seeds)`,
      readSeeds,
    )
    .option('--seed <n>', 'the first seed; the others follow', readSeed, 1)
    .addOption(jobsOption())
    .option('--only <names>', 'these mutants alone: names or M-numbers, with commas between them', readNames)
    .option('--no-shrink', 'leave what is found as it was drawn')
    .option('--out <dir>', 'write the scenario that shows each there')
    .option('--list', 'tell every mutant, its law and what it breaks, and run none')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: MutantsOptions) => finish(await mutants(options, ports)))
}

async function mutants(options: MutantsOptions, ports: Ports): Promise<ExitCode> {
  const { json, only, out, seed, seeds, jobs, shrink, list } = options
  const asked = only === undefined ? ALL_MUTANTS : [...new Set(only.map(findMutant))]
  const palette = paletteFor(ports.stdout, ports.env)
  if (list === true) {
    ports.stdout.write(json === true ? `${JSON.stringify(mutantsListJson(asked))}\n` : mutantsListText(asked, palette))
    return EXIT.pass
  }
  if (out !== undefined) requireFolder('--out', out, ports)
  const cleanSeeds = options.cleanSeeds ?? (only === undefined ? DEFAULT_CLEAN_SEEDS : seeds)
  const [began, line] = [ports.now(), startProgressLine(ports)]
  const onProgress = (progress: HuntProgress): void => line.tell(() => progressWords(progress, cleanSeeds))
  const hunted = await huntMutants(asked, { seed, seeds, cleanSeeds, jobs, shrinks: shrink, onProgress }).finally(() =>
    line.end(),
  )
  const written = new Map<Hunt, string>()
  const unwritten: { readonly why: string; readonly text: string }[] = []
  for (const hunt of [hunted.clean, ...hunted.hunts]) {
    if (out === undefined || hunt.found === null) continue
    const file = join(out, `${hunt.mutant?.name ?? 'no-mutant'}.yaml`)
    const why = writeFile(file, hunt.found.text, ports)
    if (why === null) written.set(hunt, file)
    else unwritten.push({ why, text: hunt.found.text })
  }
  const fileOf = (hunt: Hunt): string | null => written.get(hunt) ?? null
  if (json === true) ports.stdout.write(`${JSON.stringify(mutantsJson(hunted, fileOf))}\n`)
  else {
    for (const { text } of unwritten) ports.stdout.write(`${text.trimEnd()}\n\n`)
    const lines = mutantsText(hunted, fileOf, palette)
    const seconds = ((ports.now() - began) / 1_000).toFixed(1)
    ports.stdout.write(`${[...lines, `in ${seconds}s`].join('\n')}\n`)
  }
  for (const { why } of unwritten) ports.stderr.write(`fourtwelve: ${why}; the scenario is on standard output\n`)
  return areAllCaught(hunted) && isSilent(hunted) && unwritten.length === 0 ? EXIT.pass : EXIT.broken
}

const progressWords = ({ mutants: done, of, cleanSeeds: judged }: HuntProgress, cleanSeeds: number): string =>
  `${done} of ${of} mutants, ${judged.toLocaleString('en-US')} of ${cleanSeeds.toLocaleString('en-US')} seeds of the true node`

function readNames(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim())
  if (!names.includes('')) return names
  throw new InvalidArgumentError(
    'A name is empty: write names or M-numbers with one comma between two, such as off-by-one,M5.',
  )
}

function readSeeds(text: string): number {
  const seeds = Number(text)
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= SEEDS_MAX) return seeds
  throw new InvalidArgumentError(`Give a whole number from 1 to ${SEEDS_MAX}.`)
}
