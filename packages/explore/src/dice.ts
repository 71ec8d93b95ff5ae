/** Draws over a source of chance. Always holds: one call to a method draws at least one number, so that streams stay in step. */

import type { Chance } from '@fourtwelve/cluster'

export interface Dice {
  /** Whether something of this probability (0 to 1) happens. */
  happens(probability: number): boolean
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  /** One of these. Throws when there is none. */
  pick<T>(from: readonly T[]): T
  /** One of these, the second number of each row being its weight. Throws when all weights are 0. */
  weighted<T>(from: readonly (readonly [T, number])[]): T
}

/** Named streams: what is drawn from one moves nothing in another. */
export type Streams = (name: string) => Chance

export const diceOf = (chance: Chance): Dice => ({
  happens: (probability) => chance.unit() < probability,
  between: (least, most) => least + chance.below(most - least + 1),
  pick: (from) => from[chance.below(from.length)] as (typeof from)[number],
  weighted(from) {
    const total = from.reduce((sum, [, weight]) => sum + weight, 0)
    let at = chance.unit() * total
    for (const [what, weight] of from) {
      if (weight > 0 && at < weight) return what
      at -= weight
    }
    const last = from.findLast(([, weight]) => weight > 0)
    if (last === undefined) throw new Error('nothing can be drawn: every weight is 0')
    return last[0]
  },
})
