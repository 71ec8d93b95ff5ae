/** `fourtwelve fuzz` */

import { parseDuration, type Micros } from '@fourtwelve/protocol'
import { InvalidArgumentError, type Command } from 'commander'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from './command.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Found } from './explore-messages.ts'
import { addProgress, NOTHING_JUDGED, startExplorer } from './explorers.ts'
import { loadScenario } from './load-scenario.ts'
import { findMutant } from './mutant-loader.ts'
import type { Ports } from './ports.ts'
import { readSeed } from './run-options.ts'
import { simulateScenario } from './simulate-scenario.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve fuzz --for 30s --seed 1
  $ fourtwelve fuzz --for 1h --seed 1 --jobs 8 --shard 2/4
  $ fourtwelve fuzz --for 30s --seed 1 --mutant off-by-one

Exit codes: 0 no law was broken, 1 a law was broken, 4 a bad flag, 5 an internal error.
`

interface Shard {
  /** From 1. */
  readonly place: number
  readonly of: number
}

interface FuzzOptions {
  readonly for: Micros
  readonly seed: number
  readonly jobs: number
  readonly shard: Shard
  readonly mutant?: string
  readonly out: string
  readonly json?: true
}

const DEFAULT_TIME = '30s'
const JOBS_MAX = 256

export function addFuzzCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('fuzz')
    .summary('random scenarios until a law breaks')
    .description(
      'Draws random clusters, clients and faults from seeds, runs them in simulation, and judges them by all laws. The first that breaks one is made small and written as a scenario file.',
    )
    .option('--for <time>', 'how long', readTime, readTime(DEFAULT_TIME))
    .option('--seed <n>', 'the first seed; the others follow', readSeed, 1)
    .option('--jobs <n>', 'threads (default: one a core)', readJobs, availableParallelism())
    .option('--shard <i/n>', 'of n machines that share the seeds, this is number i', readShard, { place: 1, of: 1 })
    .option('--mutant <name>', 'break the node on purpose: see `fourtwelve mutants`')
    .option('--out <dir>', 'where a scenario that breaks a law is written', 'failures')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: FuzzOptions) => finish(await fuzz(options, ports)))
}

async function fuzz(options: FuzzOptions, ports: Ports): Promise<ExitCode> {
  const { jobs, json, mutant = null, seed, shard } = options
  if (mutant !== null) findMutant(mutant)
  let sum = NOTHING_JUDGED
  const explorers = Array.from({ length: jobs }, (_, thread) =>
    startExplorer(
      {
        mutant,
        first: seed + (shard.place - 1) + shard.of * thread,
        step: shard.of * jobs,
        count: Number.MAX_SAFE_INTEGER,
        milliseconds: options.for / 1_000,
        law: null,
        shrinks: true,
      },
      (more) => {
        sum = addProgress(sum, more)
      },
    ),
  )
  const found = await firstFound(explorers.map((explorer) => explorer.found)).finally(() =>
    Promise.all(explorers.map((explorer) => explorer.stop())),
  )
  const written = found === null ? null : write(found, options, ports)
  if (json === true) {
    const { text: _, kind: __, ...told } = found ?? { text: '', kind: 'found' }
    ports.stdout.write(
      `${JSON.stringify({ ...sum, mutant, found: found === null ? null : { ...told, ...written } })}\n`,
    )
  } else {
    const { scenarios, events, operations } = sum
    ports.stdout.write(
      `judged ${count(scenarios, 'scenario')}, ${count(events, 'event')}, ${count(operations, 'operation')}\n`,
    )
    if (found !== null && written !== null) ports.stdout.write(tell(found, written))
    else ports.stdout.write('pass  no law was broken\n')
  }
  return found === null ? EXIT.pass : EXIT.broken
}

const count = (number: number, what: string): string =>
  `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`

/** The first that any of them found; null when all are over. Rejects when one fails. */
async function firstFound(all: readonly Promise<Found | null>[]): Promise<Found | null> {
  return new Promise((resolve, reject) => {
    let left = all.length
    for (const each of all) {
      each.then((found) => {
        left -= 1
        if (found !== null || left === 0) resolve(found)
      }, reject)
    }
  })
}

interface Written {
  readonly file: string
  readonly repro: string
  /** What the node as it is makes of it; null when no mutant was asked for. */
  readonly withoutMutant: string | null
}

function write(found: Found, { mutant, out }: FuzzOptions, ports: Ports): Written {
  const file = join(out, `${mutant === undefined ? '' : `${mutant}-`}${found.law}-${found.seed}.yaml`)
  const sink = ports.createFile(file, 'replace')
  sink.write(found.text)
  sink.close()
  const repro = `fourtwelve run ${file}${mutant === undefined ? '' : ` --mutant ${mutant}`}`
  if (mutant === undefined) return { file, repro, withoutMutant: null }
  const loaded = loadScenario(file, { set: [], seed: null, readText: () => ({ text: found.text }) })
  if ('problems' in loaded) throw new Error(`${file} was written and cannot be read: ${loaded.problems.join('\n')}`)
  return { file, repro, withoutMutant: simulateScenario(loaded.scenario, { realCrypto: null }).judgement.verdict }
}

const tell = (found: Found, { file, repro, withoutMutant }: Written): string =>
  [
    '',
    `fail  seed ${found.seed} breaks the law ${found.law}${found.broken.length > 1 ? ` (and ${found.broken.filter((law) => law !== found.law).join(', ')})` : ''}`,
    found.prose,
    '',
    `${file}: ${found.clients > 0 ? `${count(found.clients, 'client')}, ` : ''}${count(found.steps, 'step')}, made small in ${count(found.tries, 'run')}`,
    ...(withoutMutant === null ? [] : [`without the mutant: ${withoutMutant}`]),
    repro,
    '',
  ].join('\n')

function readTime(text: string): Micros {
  const time = parseDuration(text)
  if (time !== null && time > 0) return time
  throw new InvalidArgumentError('Write it as a time, such as 30s or 1h.')
}

export function readJobs(text: string): number {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= JOBS_MAX) return jobs
  throw new InvalidArgumentError(`Give a whole number from 1 to ${JOBS_MAX}.`)
}

function readShard(text: string): Shard {
  const [place = 0, of = 0] = text.split('/', 2).map(Number)
  if (/^\d+\/\d+$/.test(text) && place >= 1 && place <= of) return { place, of }
  throw new InvalidArgumentError('Write it as i/n, from 1/n to n/n.')
}
