/** What the command and its exploring threads say to each other. Plain data: it crosses threads. */

/** What a thread is to do, from its beginning to its end. */
export interface ExploreOrder {
  /** Loaded before all else; null for the true node. */
  readonly mutant: string | null
  /** Seeds: `first`, `first + step`, and so on, `count` of them at most. */
  readonly first: number
  readonly step: number
  readonly count: number
  /** No new seed after this, nor another try to shrink. Null: no limit of time. */
  readonly milliseconds: number | null
  /** The law to look for; null takes any. */
  readonly law: string | null
  /** Whether what is found is made small. */
  readonly shrinks: boolean
}

/** How much was judged since the last time. */
export interface Progress {
  readonly kind: 'progress'
  readonly scenarios: number
  readonly events: number
  readonly operations: number
  /** Runs that waited for something that never came: judged as far as they went. */
  readonly unended: number
  /** Laws that were broken, each once. */
  readonly broken: readonly string[]
}

/** A law is broken, and the scenario is as small as could be made in time, or as it was drawn. */
export interface Found {
  readonly kind: 'found'
  readonly seed: number
  readonly law: string
  /** Everything that the seed's own scenario broke. */
  readonly broken: readonly string[]
  /** Everything that the scenario of `text` breaks. */
  readonly stillBroken: readonly string[]
  readonly prose: string
  /** The scenario file. */
  readonly text: string
  readonly steps: number
  /** 0 for a script. */
  readonly clients: number
  /** Runs that shrinking took; 0 when it was not asked for. */
  readonly tries: number
}

export type ExploreNews =
  | Progress
  | Found
  | { readonly kind: 'over' }
  | { readonly kind: 'failed'; readonly why: string }
