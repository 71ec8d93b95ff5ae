/**
 * Faults that happen at a time of the run, whatever the clients do.
 * Always holds: a fault with `for` knows how to undo itself; `add` is worked out against the lag that the file gives.
 */

import { lagDefect, type Distribution, type Fault, type LagModel } from '@fourtwelve/cluster'
import { formatDuration, micros, type LinkId, type Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration, positiveDuration } from './durations.ts'
import { linkName, type SchemaContext } from './names.ts'
import { lagOfLink, type LagPlan, type TimedFault } from './scenario.ts'
import { lagModel } from './schema-lag.ts'
import { pickedByValueOf } from './picked.ts'
import { refuse, section } from './section.ts'

/** A fault as it is written. What it undoes, and what `add` adds to, stand elsewhere in the file. */
export interface WrittenFault {
  readonly at: Micros
  readonly for: Micros | null
  readonly link: LinkId
  readonly does:
    | { readonly kind: 'lag'; readonly lag: LagModel }
    | { readonly kind: 'add'; readonly add: Micros }
    | FaultWord
}
interface FaultWord {
  readonly kind: 'hold' | 'release' | 'cut' | 'heal'
}

export function writtenFault(context: SchemaContext): z.ZodType<WrittenFault> {
  const at = duration.describe('When, from the start of the run.')
  const lasting = positiveDuration.optional().describe('How long. Without it, to the end of the run.')
  const target = linkName(context).describe('The link, for example n0->n1.')
  const word = (kind: FaultWord['kind']): z.ZodType<WrittenFault> =>
    section({ at, for: lasting, do: z.literal(kind), target }).transform((raw) => ({
      at: raw.at,
      for: raw.for ?? null,
      link: raw.target,
      does: { kind },
    }))
  const ending = (kind: FaultWord['kind']): z.ZodType<WrittenFault> =>
    section({ at, do: z.literal(kind), target }).transform((raw) => ({
      at: raw.at,
      for: null,
      link: raw.target,
      does: { kind },
    }))
  const lag = section({
    at,
    for: lasting,
    do: z.literal('lag'),
    target,
    lag: lagModel(context).optional().describe('The lag from then on.'),
    add: positiveDuration.optional().describe('Added to the lag that the link has by `lag` of the file.'),
  }).transform((raw, zod): WrittenFault => {
    const common = { at: raw.at, for: raw.for ?? null, link: raw.target }
    if (raw.lag !== undefined && raw.add === undefined) return { ...common, does: { kind: 'lag', lag: raw.lag } }
    if (raw.add !== undefined && raw.lag === undefined) return { ...common, does: { kind: 'add', add: raw.add } }
    return refuse(zod, raw, 'needs `lag` (the new lag) or `add` (what is added to it), and not both')
  })
  return pickedByValueOf('do', {
    lag,
    hold: word('hold'),
    cut: word('cut'),
    release: ending('release'),
    heal: ending('heal'),
  })
}

/** The fault with its undoing, or why `add` cannot be worked out. */
export function timedFault(written: WrittenFault, plan: LagPlan): TimedFault | { readonly refused: string } {
  const { at, link, does } = written
  const usual = lagOfLink(plan, link)
  const fault = does.kind === 'add' ? addedLag(link, usual, does.add) : faultOf(link, does)
  if ('refused' in fault) return fault
  if (written.for === null) return { at, fault, for: null, undo: null }
  return { at, fault, for: written.for, undo: undoing(fault, usual) }
}

function faultOf(link: LinkId, does: Exclude<WrittenFault['does'], { kind: 'add' }>): Fault {
  return does.kind === 'lag' ? { kind: 'lag', link, lag: does.lag } : { kind: does.kind, link }
}

function addedLag(link: LinkId, usual: LagModel, add: Micros): Fault | { readonly refused: string } {
  const from = usual.kind === 'raft' ? null : shifted(usual.from, add)
  if (usual.kind === 'raft' || from === null) {
    const is = usual.kind === 'raft' ? 'raft' : usual.from.dist
    return { refused: `cannot add ${formatDuration(add)} to a lag that is ${is}: write the whole new lag as \`lag\`` }
  }
  const lag: LagModel = { ...usual, from }
  const defect = lagDefect(lag)
  return defect === null ? { kind: 'lag', link, lag } : { refused: `makes a lag that cannot be: ${defect}` }
}

/** The same distribution, later. Null for those whose form has no place for it. */
function shifted(from: Distribution, add: Micros): Distribution | null {
  const later = (time: Micros): Micros => micros(time + add)
  switch (from.dist) {
    case 'constant':
      return { ...from, value: later(from.value) }
    case 'uniform':
      return { ...from, min: later(from.min), max: later(from.max) }
    case 'normal':
      return { ...from, mean: later(from.mean), min: later(from.min) }
    case 'trace':
      return { ...from, values: from.values.map(later) }
    case 'exponential':
      return { ...from, min: later(from.min) }
    case 'lognormal':
      return null
  }
}

function undoing(fault: Fault, usual: LagModel): Fault {
  switch (fault.kind) {
    case 'lag':
      return { ...fault, lag: usual }
    case 'hold':
      return { ...fault, kind: 'release' }
    case 'release':
      return { ...fault, kind: 'hold' }
    case 'cut':
      return { ...fault, kind: 'heal' }
    case 'heal':
      return { ...fault, kind: 'cut' }
  }
}
