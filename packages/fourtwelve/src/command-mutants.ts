/** `fourtwelve mutants` */

import { textTable, type Column, type Row } from '@fourtwelve/report'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from './command.ts'
import { readJobs } from './command-fuzz.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { findMutant } from './mutant-loader.ts'
import { ALL_MUTANTS } from './mutants/all-mutants.ts'
import type { Ports } from './ports.ts'
import { readSeed } from './run-options.ts'
import { paletteFor } from './terminal-colours.ts'
import { huntMutants, type Hunt } from './hunt-mutants.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve mutants
  $ fourtwelve mutants --seeds 200 --only off-by-one,mac-not-checked --out mutants

Exit codes: 0 every mutant was caught by its law and the true node by none, 1 otherwise, 4 a bad flag, 5 an internal error.
`

const DEFAULT_SEEDS = 120
const SEEDS_MAX = 1_000_000

interface MutantsOptions {
  readonly seeds: number
  readonly seed: number
  readonly jobs: number
  readonly only?: readonly string[]
  readonly out?: string
  readonly json?: true
}

export function addMutantsCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('mutants')
    .summary('break the node on purpose: every law must catch its own')
    .description(
      'Breaks the node, one known way at a time, and runs random scenarios until the law that is meant for it notices. The node as it is runs the same seeds and must break none.',
    )
    .option('--seeds <n>', 'scenarios of each, at most', readSeeds, DEFAULT_SEEDS)
    .option('--seed <n>', 'the first seed; the others follow', readSeed, 1)
    .option('--jobs <n>', 'threads (default: one a core)', readJobs, availableParallelism())
    .option('--only <names>', 'these mutants alone, with commas between them', readNames)
    .option('--out <dir>', 'write the scenario that shows each there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: MutantsOptions) => finish(await mutants(options, ports)))
}

async function mutants(options: MutantsOptions, ports: Ports): Promise<ExitCode> {
  const { json, only, out, ...how } = options
  const asked = only === undefined ? ALL_MUTANTS : only.map(findMutant)
  const began = ports.now()
  const hunts = await huntMutants([null, ...asked], how)
  if (out !== undefined) for (const hunt of hunts) writeScenario(hunt, out, ports)
  const caught = hunts.filter((hunt) => hunt.mutant !== null && hunt.found !== null)
  const isSilent = hunts.every((hunt) => hunt.mutant !== null || hunt.found === null)
  if (json === true)
    ports.stdout.write(
      `${JSON.stringify({ caught: caught.length, of: asked.length, silent: isSilent, hunts: hunts.map(told) })}\n`,
    )
  else {
    ports.stdout.write(
      `${textTable(COLUMNS, hunts.map(rowOf), { palette: paletteFor(ports.stdout, ports.env) }).join('\n')}\n\n`,
    )
    for (const { mutant, found } of hunts)
      if (mutant === null && found !== null) ports.stdout.write(`${found.prose}\n\n${found.text}\n`)
    const seconds = ((ports.now() - began) / 1_000).toFixed(1)
    ports.stdout.write(
      `${caught.length} of ${asked.length} caught, the true node ${isSilent ? 'breaks no law' : 'BREAKS A LAW'}, in ${seconds}s\n`,
    )
  }
  return caught.length === asked.length && isSilent ? EXIT.pass : EXIT.broken
}

const COLUMNS: readonly Column[] = [
  { title: 'mutant', align: 'left' },
  { title: 'caught by', align: 'left' },
  { title: 'seeds', align: 'right' },
  { title: 'shrunk to', align: 'left' },
]
const row = (...texts: readonly string[]): Row => ({ cells: texts.map((text) => ({ text })) })

function rowOf({ mutant, found, judged }: Hunt): Row {
  const seeds = String(judged.scenarios)
  if (mutant === null) return row('(none)', found === null ? 'no law is broken' : `BREAKS ${found.law}`, seeds, '')
  if (found !== null) return row(mutant.name, found.law, seeds, sizeWords(found))
  const others = judged.broken.length === 0 ? '' : `, only by ${judged.broken.join(', ')}`
  return row(mutant.name, `NOT CAUGHT by ${mutant.law}${others}`, seeds, '')
}

const sizeWords = ({ steps, clients }: { readonly steps: number; readonly clients: number }): string =>
  [
    ...(clients > 0 ? [`${clients} client${clients === 1 ? '' : 's'}`] : []),
    ...(steps > 0 ? [`${steps} step${steps === 1 ? '' : 's'}`] : []),
  ].join(', ')

function told({ mutant, found, judged }: Hunt): object {
  const { text = null, steps = null, seed = null, broken = judged.broken, prose = null } = found ?? {}
  return {
    mutant: mutant?.name ?? null,
    breaks: mutant?.breaks ?? null,
    law: mutant?.law ?? null,
    caught: found !== null,
    seeds: judged.scenarios,
    seed,
    broken,
    steps,
    prose,
    scenario: text,
  }
}

function writeScenario({ mutant, found }: Hunt, out: string, ports: Ports): void {
  if (found === null) return
  const sink = ports.createFile(join(out, `${mutant?.name ?? 'no-mutant'}.yaml`), 'replace')
  sink.write(found.text)
  sink.close()
}

const readNames = (text: string): readonly string[] => text.split(',').map((name) => name.trim())

function readSeeds(text: string): number {
  const seeds = Number(text)
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= SEEDS_MAX) return seeds
  throw new InvalidArgumentError(`Give a whole number from 1 to ${SEEDS_MAX}.`)
}
