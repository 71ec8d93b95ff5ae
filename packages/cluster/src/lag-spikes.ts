/**
 * Regular stalls on top of a lag: when they are, and how much they add.
 * Always holds: when the stalls come depends on the stream's state at the start alone, not on how many commits there are nor
 * in which order they ask: a busy and an idle run with one seed stall at the same times.
 */

import { micros, mixNumber, type Micros } from '@fourtwelve/protocol'
import type { Chance } from './cluster.ts'
import { spikesDefect } from './lag-defect.ts'
import type { Spikes } from './lag-model.ts'

/**
 * What the stalls add to the lag of a commit made at a time (simulation-and-checking 4.2: `spikes`).
 * Stall k (0, 1, 2, ...) has its regular place at `every * (k + 1)` and starts up to `jitter * every` before or after it; the
 * places do not drift. Where stalls overlap, `add` is added once. Takes one number from the stream if there is jitter, else none.
 * @throws Error when the spikes have a defect.
 */
export function spikeAdder(spikes: Spikes, chance: Chance): (commitTime: Micros) => Micros {
  const defect = spikesDefect(spikes)
  if (defect !== null) throw new Error(`cannot stall a link: ${defect}`)
  const seed = spikes.jitter === 0 ? 0 : Math.floor(chance.unit() * TWO_TO_32)
  const { every, add, jitter } = spikes
  const reach = Math.ceil(every * jitter)
  // From the first stall on, stalls this long leave no gap; a longer one changes nothing but the length of the search below.
  const lasts = Math.min(spikes.for, every + 2 * reach)
  const start = (k: number): number =>
    every * (k + 1) + Math.round(every * jitter * (2 * (shuffled(seed, k) / TWO_TO_32) - 1))

  return (commitTime) => {
    // At most 1 + 4 * jitter + 2 stalls can be running.
    const last = Math.floor((commitTime + reach) / every) - 1
    const first = Math.max(0, Math.ceil((commitTime - lasts - reach) / every) - 1)
    for (let k = last; k >= first; k--) {
      const started = start(k)
      if (started <= commitTime && commitTime < started + lasts) return add
    }
    return NOTHING
  }
}

const NOTHING: Micros = micros(0)
const TWO_TO_32 = 0x1_0000_0000
/** Folded in once more, because one round of the digest leaves neighbours alike. */
const SECOND_ROUND = 0x9e3779b9

/** The stall's own number: a digest of seed and place instead of a draw, so that any stall can be looked up at once. */
const shuffled = (seed: number, k: number): number => mixNumber(mixNumber(seed, k), SECOND_ROUND)
