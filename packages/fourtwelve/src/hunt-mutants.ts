/**
 * Runs each mutant over seeds until its law notices, several at once.
 * Always holds: each has a thread of its own, so that no mutant meets another; at most `jobs` at once; results in the order in which they
 * were asked for.
 */

import type { Found } from './explore-messages.ts'
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
  readonly seeds: number
  readonly jobs: number
}

/** Rejects when a thread fails. */
export async function huntMutants(mutants: readonly (Mutant | null)[], options: HuntOptions): Promise<readonly Hunt[]> {
  const hunts: Hunt[] = []
  const left = mutants.entries()
  const work = async (): Promise<void> => {
    for (const [at, mutant] of left) hunts[at] = await hunt(mutant, options)
  }
  await Promise.all(Array.from({ length: options.jobs }, work))
  return hunts
}

async function hunt(mutant: Mutant | null, { seed, seeds }: HuntOptions): Promise<Hunt> {
  let judged = NOTHING_JUDGED
  const order = {
    mutant: mutant?.name ?? null,
    first: seed,
    step: 1,
    count: seeds,
    milliseconds: null,
    law: mutant?.law ?? null,
  }
  const explorer = startExplorer(order, (more) => {
    judged = addProgress(judged, more)
  })
  try {
    const found = await explorer.found
    return { mutant, found, judged }
  } finally {
    await explorer.stop()
  }
}
