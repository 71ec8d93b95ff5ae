/** `fourtwelve fuzz` */

import { parseDuration, type Micros } from '@fourtwelve/protocol'
import { shellWord } from '@fourtwelve/report'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from './command.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import type { Found } from './explore-messages.ts'
import { addProgress, NOTHING_JUDGED, startExplorer } from './explorers.ts'
import { fuzzJson, fuzzProgressWords, fuzzText, type SeedsJudged, type Shard, type Written } from './fuzz-text.ts'
import { loadScenario } from './load-scenario.ts'
import { findMutant } from './mutant-loader.ts'
import type { Ports } from './ports.ts'
import { startProgressLine } from './progress-line.ts'
import { readSeed } from './run-options.ts'
import { simulateScenario } from './simulate-scenario.ts'
import { requireFolder, writeFile } from './written-file.ts'

const EXAMPLES = `
Examples:
  $ fourtwelve fuzz --for 30s --seed 1
  $ fourtwelve fuzz --for 1h --seed 1 --jobs 8 --shard 2/4
  $ fourtwelve fuzz --for 30s --seed 1 --mutant off-by-one

Exit codes: 0 no law was broken, 1 a law was broken, 4 a bad flag, 5 an internal error, 130 interrupted.
`

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
const DEFAULT_OUT = 'failures'
const JOBS_MAX = 256

export function addFuzzCommand(program: Command, { ports, finish }: CommandContext): void {
  program
    .command('fuzz')
    .summary('random scenarios until a law breaks')
    .description(
      'Draws random clusters, clients and faults from seeds, runs them in simulation, and judges them by all laws. The first that breaks one is made small and written as a scenario file.',
    )
    .addOption(new Option('--for <time>', 'how long').argParser(readTime).default(readTime(DEFAULT_TIME), DEFAULT_TIME))
    .option('--seed <n>', 'the first seed; the others follow', readSeed, 1)
    .addOption(jobsOption())
    .addOption(
      new Option('--shard <i/n>', 'of n machines that share the seeds, this is number i')
        .argParser(readShard)
        .default({ place: 1, of: 1 }, '1/1'),
    )
    .option('--mutant <name>', 'break the node on purpose: see `fourtwelve mutants --list`')
    .addOption(
      new Option('--out <dir>', 'where a scenario that breaks a law is written').default(DEFAULT_OUT, DEFAULT_OUT),
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: FuzzOptions) => finish(await fuzz(options, ports)))
}

async function fuzz(options: FuzzOptions, ports: Ports): Promise<ExitCode> {
  const { jobs, json, seed, shard } = options
  const mutant = options.mutant === undefined ? null : findMutant(options.mutant).name
  requireFolder('--out', options.out, ports)
  const signal = ports.untilSignal().then(() => 'interrupted' as const)
  const [began, line] = [ports.now(), startProgressLine(ports)]
  let judged = NOTHING_JUDGED
  const step = shard.of * jobs
  // Scenarios of each thread: they tell how far the seeds are.
  const threads = Array.from({ length: jobs }, (_, thread) => ({
    first: seed + (shard.place - 1) + shard.of * thread,
    scenarios: 0,
  }))
  const explorers = threads.map((thread) =>
    startExplorer(
      {
        mutant,
        first: thread.first,
        step,
        count: Number.MAX_SAFE_INTEGER,
        milliseconds: options.for / 1_000,
        law: null,
        shrinks: true,
      },
      (more) => {
        judged = addProgress(judged, more)
        thread.scenarios += more.scenarios
        line.tell(() => fuzzProgressWords(judged, ports.now() - began, options.for))
      },
    ),
  )
  const ended = await Promise.race([firstFound(explorers.map((explorer) => explorer.found)), signal]).finally(
    async () => {
      line.end()
      await Promise.all(explorers.map((explorer) => explorer.stop()))
    },
  )
  const isInterrupted = ended === 'interrupted'
  const found = isInterrupted || ended === null ? null : { ...ended, ...write(ended, mutant, options.out, ports) }
  const fuzzed = { judged, seeds: seedsOf(threads, step), shard, jobs, mutant, found, isInterrupted }
  ports.stdout.write(json === true ? `${JSON.stringify(fuzzJson(fuzzed))}\n` : fuzzText(fuzzed))
  if (isInterrupted) return EXIT.interrupted
  return found === null ? EXIT.pass : EXIT.broken
}

/** Threads take turns with the seeds of a shard, so each seed below the least that is still to come was judged. */
function seedsOf(
  threads: readonly { readonly first: number; readonly scenarios: number }[],
  step: number,
): SeedsJudged {
  const first = Math.min(...threads.map((thread) => thread.first))
  const next = Math.min(...threads.map((thread) => thread.first + thread.scenarios * step))
  const lasts = threads.flatMap((thread) =>
    thread.scenarios === 0 ? [] : [thread.first + (thread.scenarios - 1) * step],
  )
  const apart = step / threads.length
  return {
    first,
    all: next > first ? next - apart : null,
    last: lasts.length === 0 ? null : Math.max(...lasts),
  }
}

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

function write(found: Found, mutant: string | null, out: string, ports: Ports): Written {
  const name = `${mutant === null ? '' : `${mutant}-`}${found.law}-${found.seed}.yaml`
  const file = join(out, name)
  const problem = writeFile(file, found.text, ports)
  const repro = `fourtwelve run ${shellWord(problem === null ? file : name)}${mutant === null ? '' : ` --mutant ${mutant}`}`
  if (mutant === null) return { file, problem, repro, withoutMutant: null }
  const loaded = loadScenario(file, { set: [], seed: null, readText: () => ({ text: found.text }) })
  if ('problems' in loaded) throw new Error(`${file} was written and cannot be read: ${loaded.problems.join('\n')}`)
  const withoutMutant = simulateScenario(loaded.scenario, { realCrypto: null }).judgement.verdict
  return { file, problem, repro, withoutMutant }
}

function readTime(text: string): Micros {
  const time = parseDuration(text)
  if (time === 0) throw new InvalidArgumentError('It must be more than nothing, such as 30s or 1h.')
  if (time !== null && time > 0) return time
  throw new InvalidArgumentError('Write it as a time, such as 30s or 1h.')
}

/** The threads of a command that explores. */
export function jobsOption(): Option {
  const cores = availableParallelism()
  return new Option('--jobs <n>', 'threads').argParser(readJobs).default(cores, `one a core: ${cores}`)
}

function readJobs(text: string): number {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= JOBS_MAX) return jobs
  throw new InvalidArgumentError(`Give a whole number from 1 to ${JOBS_MAX}.`)
}

function readShard(text: string): Shard {
  const [place = 0, of = 0] = text.split('/', 2).map(Number)
  if (/^\d+\/\d+$/.test(text) && place >= 1 && place <= of) return { place, of }
  throw new InvalidArgumentError('Write it as i/n, from 1/n to n/n.')
}
