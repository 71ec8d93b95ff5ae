/** `fourtwelve mutants` */

import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from './command.ts'
import { readJobs } from './command-fuzz.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { huntMutants, type Hunt } from './hunt-mutants.ts'
import { findMutant } from './mutant-loader.ts'
import { ALL_MUTANTS } from './mutants/all-mutants.ts'
import { areAllCaught, isSilent, mutantsJson, mutantsText } from './mutants-report.ts'
import type { Ports } from './ports.ts'
import { readSeed } from './run-options.ts'
import { paletteFor } from './terminal-colours.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve mutants
  $ fourtwelve mutants --seeds 500 --only off-by-one,mac-not-checked --out mutants
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
      `scenarios of the node as it is (default: ${DEFAULT_CLEAN_SEEDS}, with --only as many as --seeds)`,
      readSeeds,
    )
    .option('--seed <n>', 'the first seed; the others follow', readSeed, 1)
    .option('--jobs <n>', 'threads (default: one a core)', readJobs, availableParallelism())
    .option('--only <names>', 'these mutants alone, with commas between them', readNames)
    .option('--no-shrink', 'leave what is found as it was drawn')
    .option('--out <dir>', 'write the scenario that shows each there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: MutantsOptions) => finish(await mutants(options, ports)))
}

async function mutants(options: MutantsOptions, ports: Ports): Promise<ExitCode> {
  const { json, only, out, seed, seeds, jobs, shrink } = options
  const asked = only === undefined ? ALL_MUTANTS : only.map(findMutant)
  const cleanSeeds = options.cleanSeeds ?? (only === undefined ? DEFAULT_CLEAN_SEEDS : seeds)
  const began = ports.now()
  const hunted = await huntMutants(asked, { seed, seeds, cleanSeeds, jobs, shrinks: shrink })
  const fileOf = (hunt: Hunt): string | null =>
    out === undefined || hunt.found === null ? null : join(out, `${hunt.mutant?.name ?? 'no-mutant'}.yaml`)
  for (const hunt of [hunted.clean, ...hunted.hunts]) {
    const file = fileOf(hunt)
    if (file === null || hunt.found === null) continue
    const sink = ports.createFile(file, 'replace')
    sink.write(hunt.found.text)
    sink.close()
  }
  if (json === true) ports.stdout.write(`${JSON.stringify(mutantsJson(hunted, fileOf))}\n`)
  else {
    const lines = mutantsText(hunted, fileOf, paletteFor(ports.stdout, ports.env))
    const seconds = ((ports.now() - began) / 1_000).toFixed(1)
    ports.stdout.write(`${[...lines, `in ${seconds}s`].join('\n')}\n`)
  }
  return areAllCaught(hunted) && isSilent(hunted) ? EXIT.pass : EXIT.broken
}

const readNames = (text: string): readonly string[] => text.split(',').map((name) => name.trim())

function readSeeds(text: string): number {
  const seeds = Number(text)
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= SEEDS_MAX) return seeds
  throw new InvalidArgumentError(`Give a whole number from 1 to ${SEEDS_MAX}.`)
}
