/**
 * Runs each mutant over seeds until its law notices, and the node as it is over many seeds, several at once.
 * Always holds: each has threads of its own, so that no mutant meets another; at most `jobs` at once; results in the order in which they
 * were asked for. The node as it is is shared out in parts, because it runs far longer than a mutant does.
 */

import type { ExploreOrder, Found, Progress } from './explore-messages.ts'
import { addProgress, NOTHING_JUDGED, startExplorer, type Judged } from './explorers.ts'
import type { Mutant } from './mutants/mutant.ts'

export interface Hunt {
  /** Null for the node as it is. */
  readonly mutant: Mutant | null
  /** What broke the mutant's law; for the node as it is, any law. */
  readonly found: Found | null
  readonly judged: Judged
}

export interface HuntOptions {
  readonly seed: number
  /** Of each mutant, at most. */
  readonly seeds: number
  /** Of the node as it is. */
  readonly cleanSeeds: number
  readonly jobs: number
  readonly shrinks: boolean
  readonly onProgress: (progress: HuntProgress) => void
}

/** How far all of it is. */
export interface HuntProgress {
  /** Mutants whose hunt has ended, of how many. */
  readonly mutants: number
  readonly of: number
  /** Of the node as it is. */
  readonly cleanSeeds: number
}

export interface Hunted {
  readonly clean: Hunt
  /** One a mutant. */
  readonly hunts: readonly Hunt[]
}

/** Seeds of the node as it is that one thread runs, some five seconds' worth: a thread takes half a second to start. */
const CLEAN_AT_ONCE = 125

/** Rejects when a thread fails. */
export async function huntMutants(mutants: readonly Mutant[], options: HuntOptions): Promise<Hunted> {
  const { seed, seeds, cleanSeeds, jobs, onProgress, shrinks } = options
  const parts = Math.ceil(cleanSeeds / CLEAN_AT_ONCE)
  const common = { milliseconds: null, shrinks }
  const orders: readonly ExploreOrder[] = [
    ...Array.from({ length: parts }, (_, part) => ({
      ...common,
      mutant: null,
      first: seed + part,
      step: parts,
      count: Math.ceil((cleanSeeds - part) / parts),
      law: null,
    })),
    ...mutants.map(({ name, law }) => ({ ...common, mutant: name, first: seed, step: 1, count: seeds, law })),
  ]
  const done: Explored[] = []
  const left = orders.entries()
  let progress: HuntProgress = { mutants: 0, of: mutants.length, cleanSeeds: 0 }
  const work = async (): Promise<void> => {
    for (const [at, order] of left) {
      const isClean = order.mutant === null
      done[at] = await explored(order, ({ scenarios }) => {
        if (isClean) progress = { ...progress, cleanSeeds: progress.cleanSeeds + scenarios }
        onProgress(progress)
      })
      if (!isClean) progress = { ...progress, mutants: progress.mutants + 1 }
      onProgress(progress)
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return {
    clean: { mutant: null, ...together(done.slice(0, parts)) },
    hunts: mutants.map((mutant, at) => ({ mutant, ...together(done.slice(parts + at, parts + at + 1)) })),
  }
}

type Explored = Pick<Hunt, 'found' | 'judged'>

async function explored(order: ExploreOrder, onProgress: (progress: Progress) => void): Promise<Explored> {
  let judged = NOTHING_JUDGED
  const explorer = startExplorer(order, (more) => {
    judged = addProgress(judged, more)
    onProgress(more)
  })
  try {
    const found = await explorer.found
    return { found, judged }
  } finally {
    await explorer.stop()
  }
}

/** All that was judged, and the first that was found. */
const together = (parts: readonly Explored[]): Explored => ({
  found: parts.flatMap(({ found }) => found ?? []).toSorted((a, b) => a.seed - b.seed)[0] ?? null,
  judged: parts.reduce((sum, { judged }) => addProgress(sum, { kind: 'progress', ...judged }), NOTHING_JUDGED),
})
