/**
 * The words of faults, for `faults:` and for steps: what each is done to, what goes with it, and what it comes to.
 * Always holds: every kind of fault has its word; a word takes only the parameters that are listed with it.
 */

import { LONGEST_LAG, type FaultKind, type LagModel } from '@fourtwelve/cluster'
import { formatDuration, micros, type Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration, positiveDuration, signedDuration } from './durations.ts'
import type { SchemaContext } from './names.ts'
import type { LinkTarget, NodeTarget, PlannedFault } from './planned-fault.ts'
import { lagModel } from './schema-lag.ts'

/** What `do:` may say. */
export type FaultDoing = FaultKind | 'spike'

/** Everything that may go with a word. All of it may be missing: the word says what it needs. */
export interface FaultParameters {
  readonly lag?: LagModel | undefined
  readonly add?: Micros | undefined
  readonly one_way?: boolean | undefined
  readonly loses?: 'unflushed' | 'nothing' | undefined
  readonly delay?: Micros | undefined
  readonly fails?: boolean | undefined
  readonly by?: Micros | undefined
  readonly entries?: number | undefined
}
export type ParameterName = keyof FaultParameters

export type ParameterShape = { readonly [P in ParameterName]-?: z.ZodType<FaultParameters[P]> }

/** More entries than a run can write. */
const ENTRIES_MAX = 10_000_000

export const parameterShape = (context: SchemaContext): ParameterShape => ({
  lag: lagModel(context).optional().describe('The lag from then on.'),
  add: positiveDuration.optional().describe('Added to the lag that the link has by `lag` of the file.'),
  one_way: z.boolean().optional().describe('Only what the first node says to the second is lost. Default false.'),
  loses: z
    .enum(['unflushed', 'nothing'])
    .optional()
    .describe('unflushed, as when the power fails (the default), or nothing that was handed to the disk.'),
  delay: duration.optional().describe('How much longer what the node asks of the active node takes.'),
  fails: z.boolean().optional().describe('Whether what the node asks of the active node fails.'),
  by: signedDuration.optional().describe('How much slower, or for clock-skew how far ahead; -5s is behind.'),
  entries: z.int().min(1).max(ENTRIES_MAX).optional().describe('How many entries the buffer holds.'),
})

/** `refused` goes on from the word as a sentence; `at` is the parameter that is wrong. */
export interface BadParameters {
  readonly refused: string
  readonly at?: ParameterName
}

interface Word {
  readonly about: string
  /** Whether it may or must have `for`, or has no end of its own. */
  readonly lasts: 'may' | 'must' | 'never'
  /** Whether it only ends another fault. */
  readonly isEnding?: true
  readonly takes: readonly ParameterName[]
}
export type FaultWordRow =
  | (Word & { readonly on: 'link'; fault(link: LinkTarget, given: FaultParameters): PlannedFault | BadParameters })
  | (Word & { readonly on: 'node'; fault(node: NodeTarget, given: FaultParameters): PlannedFault | BadParameters })
  | (Word & { readonly on: 'cluster'; fault(given: FaultParameters): PlannedFault | BadParameters })

const onLink = (kind: 'hold' | 'release' | 'heal', about: string): FaultWordRow => ({
  about,
  on: 'link',
  lasts: kind === 'hold' ? 'may' : 'never',
  ...(kind === 'hold' ? {} : { isEnding: true }),
  takes: [],
  fault: (link) => ({ kind, link }),
})
const onNode = (kind: 'pause' | 'resume' | 'restart' | 'step-down', about: string): FaultWordRow => ({
  about,
  on: 'node',
  lasts: kind === 'pause' ? 'may' : 'never',
  ...(kind === 'resume' ? { isEnding: true } : {}),
  takes: [],
  fault: (node) => ({ kind, node }),
})
const onCluster = (kind: 'promote' | 'backup' | 'restore', about: string): FaultWordRow => ({
  about,
  on: 'cluster',
  lasts: 'never',
  takes: [],
  fault: () => ({ kind }),
})
const slower = (kind: 'slow-disk' | 'slow-apply' | 'clock-skew', about: string): FaultWordRow => ({
  about,
  on: 'node',
  lasts: 'may',
  takes: ['by'],
  fault(node, { by }) {
    if (by === undefined) return { refused: 'needs `by`, such as 20ms' }
    if (kind !== 'clock-skew' && by < 0)
      return { refused: `must not be negative, as ${formatDuration(by)} is`, at: 'by' }
    if (Math.abs(by) > LONGEST_LAG)
      return { refused: `must be at most ${formatDuration(micros(LONGEST_LAG))}`, at: 'by' }
    return { kind, node, by }
  },
})

export const FAULT_WORDS: Readonly<Record<FaultDoing, FaultWordRow>> = {
  lag: {
    about: 'The link lags otherwise.',
    on: 'link',
    lasts: 'may',
    takes: ['lag', 'add'],
    fault(link, { lag, add }) {
      if (lag !== undefined && add === undefined) return { kind: 'lag', link, lag }
      if (add !== undefined && lag === undefined) return { kind: 'add-lag', link, add }
      return { refused: 'needs `lag` (the new lag) or `add` (what is added to it), and not both' }
    },
  },
  spike: {
    about: 'The link lags more, for a time.',
    on: 'link',
    lasts: 'must',
    takes: ['add'],
    fault: (link, { add }) =>
      add === undefined ? { refused: 'needs `add`: what is added to the lag' } : { kind: 'add-lag', link, add },
  },
  hold: onLink('hold', 'Freezes apply behind the link.'),
  release: onLink('release', 'Ends hold: what is due is applied at once.'),
  cut: {
    about: 'Ends everything between two nodes.',
    on: 'link',
    lasts: 'may',
    takes: ['one_way'],
    fault: (link, { one_way = false }) => ({ kind: 'cut', link, oneWay: one_way }),
  },
  heal: onLink('heal', 'Ends cut.'),
  pause: onNode('pause', 'The node stands still, and goes on as if nothing had been.'),
  resume: onNode('resume', 'Ends pause.'),
  kill: {
    about: 'The node ends in the middle of whatever it does; `for` restarts it.',
    on: 'node',
    lasts: 'may',
    takes: ['loses'],
    fault: (node, { loses = 'unflushed' }) => ({ kind: 'kill', node, loses }),
  },
  restart: onNode('restart', 'The node comes back from its disk; one that runs is killed before.'),
  forwarding: {
    about: 'What the node asks of the active node takes longer, or fails.',
    on: 'node',
    lasts: 'may',
    takes: ['delay', 'fails'],
    fault(node, { delay, fails }) {
      if (delay === undefined && fails === undefined) return { refused: 'needs `delay`, `fails: true`, or both' }
      return { kind: 'forwarding', node, delay: delay ?? micros(0), fails: fails ?? false }
    },
  },
  'slow-disk': slower('slow-disk', "Every flush of the node's disk takes longer."),
  'slow-apply': slower('slow-apply', 'The node applies later than its link lags.'),
  'clock-skew': slower('clock-skew', "The node's clock is ahead of the others', or with a minus behind."),
  'shipper-buffer': {
    about: "The log shipper's buffer of the node holds so many entries; without `entries` as many as configured.",
    on: 'node',
    lasts: 'may',
    takes: ['entries'],
    fault: (node, { entries = null }) => ({ kind: 'shipper-buffer', node, entries }),
  },
  'step-down': onNode('step-down', 'The node gives its leadership up.'),
  promote: onCluster('promote', 'The cluster is lost, and its DR secondary takes its place.'),
  backup: onCluster('backup', 'Keeps a copy of what is committed now.'),
  restore: onCluster('restore', 'Puts the last backup back: later writes are gone.'),
}

/** The words that `do:` may say, in the order in which they are told. */
export const FAULT_DOINGS = Object.keys(FAULT_WORDS) as readonly FaultDoing[]
