/**
 * How far behind a link's standby runs: the time from commit on the active node to applied on the standby.
 * A model is plain data, so that it can stand in a scenario file; `lag-sampler.ts` draws from it.
 */

import type { Micros } from '@fourtwelve/protocol'

/** A distribution of times. */
export type Distribution =
  | { readonly dist: 'constant'; readonly value: Micros }
  | { readonly dist: 'uniform'; readonly min: Micros; readonly max: Micros }
  | { readonly dist: 'normal'; readonly mean: Micros; readonly stddev: Micros; readonly min: Micros }
  | { readonly dist: 'lognormal'; readonly median: Micros; readonly sigma: number }
  | { readonly dist: 'exponential'; readonly mean: Micros; readonly min: Micros }
  /** Measured values, in order, over and over. At least one. */
  | { readonly dist: 'trace'; readonly values: readonly Micros[] }

/** `raft`: a follower learns of a commit with the next append or with a heartbeat of up to 50 ms (DESIGN section 3). */
export type LagModel =
  | { readonly kind: 'raft' }
  | {
      readonly kind: 'drawn'
      readonly from: Distribution
      /** One draw a commit batch, or one an entry. */
      readonly sample: 'batch' | 'entry'
      /** Regular stalls on top, or null. */
      readonly spikes: Spikes | null
    }

/** Every `every` (varied by the share `jitter`, 0 to 1), `add` is added to the lag for a time of `for`. */
export interface Spikes {
  readonly every: Micros
  readonly add: Micros
  readonly for: Micros
  readonly jitter: number
}

export const RAFT_HEARTBEAT_MS = 50
