/**
 * What `fourtwelve fuzz` tells: a few lines, or one JSON object.
 * Always holds: seeds stand without separators, as flags take them; a find is told with its scenario wherever that could not be written.
 */

import { formatDuration, type Micros } from '@fourtwelve/protocol'
import { TEXT_WIDTH, wrapText } from '@fourtwelve/report'
import { count } from './count-words.ts'
import type { Found } from './explore-messages.ts'
import type { Judged } from './explorers.ts'

export interface Shard {
  /** From 1. */
  readonly place: number
  readonly of: number
}

/** Which seeds were judged. */
export interface SeedsJudged {
  readonly first: number
  /** Every seed of the shard up to this one; null when not even the first thread's first was judged. */
  readonly all: number | null
  /** The highest: threads do not go at the same pace. */
  readonly last: number | null
}

/** What came of the scenario of a find. */
export interface Written {
  readonly file: string
  /** Why it is not there; null when it is. */
  readonly problem: string | null
  readonly repro: string
  /** What the node as it is makes of it; null when no mutant was asked for. */
  readonly withoutMutant: string | null
}

export interface Fuzzed {
  readonly judged: Judged
  readonly seeds: SeedsJudged
  readonly shard: Shard
  readonly jobs: number
  readonly mutant: string | null
  readonly found: (Found & Written) | null
  /** By Ctrl-C, before the time was over. */
  readonly isInterrupted: boolean
}

/** For people, with its last line end. */
export function fuzzText(fuzzed: Fuzzed): string {
  const { judged, found, isInterrupted, mutant } = fuzzed
  const { scenarios, events, operations, broken } = judged
  const by = mutant === null ? '' : `, with the mutant ${mutant}`
  return [
    `judged ${count(scenarios, 'scenario')}, ${count(events, 'event')}, ${count(operations, 'operation')}${by}`,
    seedWords(fuzzed),
    ...(found === null ? [isInterrupted ? interruptedWords(broken) : 'pass  no law was broken'] : foundLines(found)),
    '',
  ].join('\n')
}

function seedWords({ seeds: { first, all, last }, shard, jobs }: Fuzzed): string {
  const range =
    last === null
      ? `seed ${first} on`
      : all === null
        ? `some seeds from ${first} to ${last}`
        : all === last
          ? `seeds ${first} to ${last}`
          : `seeds ${first} to ${all}, and some up to ${last}`
  return `${range}, shard ${shard.place}/${shard.of}, ${count(jobs, 'job')}`
}

const interruptedWords = (broken: readonly string[]): string =>
  broken.length === 0
    ? 'interrupted: no law was broken so far'
    : `interrupted: ${broken.join(', ')} broken, and the scenario was not made small yet: let the same seeds run on`

function foundLines(found: Found & Written): readonly string[] {
  const { seed, law, broken, prose, text, clients, steps, tries, file, problem, repro, withoutMutant } = found
  const others = broken.filter((name) => name !== law)
  const size = `${clients > 0 ? `${count(clients, 'client')}, ` : ''}${count(steps, 'step')}, made small in ${count(tries, 'run')}`
  return [
    '',
    `fail  seed ${seed} breaks the law ${law}`,
    ...(others.length === 0 ? [] : wrapText(`It also breaks ${others.join(', ')}.`, TEXT_WIDTH)),
    ...wrapText(prose, TEXT_WIDTH),
    '',
    ...(problem === null ? [] : [`${problem}. This is the scenario:`, '', text.trimEnd(), '']),
    `${problem === null ? file : 'the scenario'}: ${size}`,
    ...(withoutMutant === null ? [] : [`without the mutant: ${withoutMutant}`]),
    ...(problem === null ? [] : ['Save it, and run it:']),
    repro,
  ]
}

/** The same as an object. `scenario` has the text of a find that could not be written. */
export function fuzzJson({ judged, seeds, shard, jobs, mutant, found, isInterrupted }: Fuzzed): object {
  return {
    ...judged,
    seeds: { first: seeds.first, all_to: seeds.all, last: seeds.last },
    shard,
    jobs,
    mutant,
    interrupted: isInterrupted,
    found: found === null ? null : foundJson(found),
  }
}

function foundJson(found: Found & Written): object {
  const { kind: _, text, file, problem, ...told } = found
  return problem === null ? { ...told, file } : { ...told, file: null, problem, scenario: text }
}

/** For the line that goes on while it runs. */
export const fuzzProgressWords = ({ scenarios, broken }: Judged, milliseconds: number, time: Micros): string =>
  broken.length > 0
    ? `${count(scenarios, 'scenario')}: ${broken[0]} is broken, making it small`
    : `${count(scenarios, 'scenario')}, ${Math.floor(milliseconds / 1_000)}s of ${formatDuration(time)}`
