/**
 * The rows of `faults:`: what happens to the cluster at a time of the run, once or over and over, whatever the clients do.
 * Always holds: a fault that must have an end has one; `add` has been tried on every lag that it can meet.
 */

import { micros, milliseconds, type Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { addedLag } from './added-lag.ts'
import { duration, positiveDuration } from './durations.ts'
import {
  FAULT_DOINGS,
  FAULT_WORDS,
  parameterShape,
  type BadParameters,
  type FaultDoing,
  type FaultParameters,
  type FaultWordRow,
  type ParameterName,
  type ParameterShape,
} from './fault-words.ts'
import type { SchemaContext } from './names.ts'
import { picked, pickedByValueOf } from './picked.ts'
import type { LinkTarget, NodeTarget, PlannedFault } from './planned-fault.ts'
import { lagOfLink, type FaultRow, type LagPlan, type RepeatedFault } from './scenario.ts'
import { linkTarget, nodeTarget } from './schema-targets.ts'
import { isMapping, refuse, section } from './section.ts'

/** What all words of one file are made of: made once, because a lag's schema is large. */
export interface FaultParts {
  readonly parameters: ParameterShape
  readonly link: z.ZodType<LinkTarget>
  readonly node: z.ZodType<NodeTarget>
}

export const faultParts = (context: SchemaContext): FaultParts => ({
  parameters: parameterShape(context),
  link: linkTarget(context),
  node: nodeTarget(context),
})

/** The rows of a file; `lag` of the same file is what `add` adds to. */
export function faultRow(parts: FaultParts): z.ZodType<FaultRow> {
  const once = Object.fromEntries(FAULT_DOINGS.map((word) => [word, timedRow(word, parts)]))
  const timed = pickedByValueOf<FaultRow>('do', once)
  const repeated = repeatedRow(parts)
  return picked<FaultRow>([timed, repeated], (value) => {
    if (isMapping(value) && Object.hasOwn(value, 'every')) return repeated
    const isList = isMapping(value) && Array.isArray(value['do'])
    return isList ? { refused: 'has a list in `do`: it needs `every`, how often one of them happens' } : timed
  })
}

/** Only what the word takes; the others are as if they could be missing. */
export function parametersOf(word: FaultDoing, { parameters }: FaultParts): ParameterShape {
  const { takes } = FAULT_WORDS[word]
  const shape = Object.entries(parameters).filter(([name]) => takes.some((taken) => taken === name))
  return Object.fromEntries(shape) as ParameterShape
}

/** `for`, where the word has an end that can come by itself. */
export function lastingOf({ lasts }: FaultWordRow): { readonly for: z.ZodType<Micros | undefined> } {
  const shape =
    lasts === 'never'
      ? {}
      : lasts === 'must'
        ? { for: positiveDuration.describe('How long.') }
        : { for: positiveDuration.optional().describe('How long. Without it, to the end of the run.') }
  return shape as { for: z.ZodType<Micros | undefined> }
}

/** Says what is wrong with the parameters, at its place. */
export function planned(fault: PlannedFault | BadParameters, zod: z.RefinementCtx, input: unknown): PlannedFault {
  if (!('refused' in fault)) return fault
  const path = fault.at === undefined ? [] : [fault.at]
  zod.issues.push({ code: 'custom', message: fault.refused, input, path, params: {} })
  return z.NEVER
}

function timedRow(word: FaultDoing, parts: FaultParts): z.ZodType<FaultRow> {
  const row = FAULT_WORDS[word]
  const at = duration.describe('When, from the start of the run.')
  const common = { at, ...lastingOf(row), do: z.literal(word).describe(row.about), ...parametersOf(word, parts) }
  const timed = (raw: { at: Micros; for?: Micros | undefined }, fault: PlannedFault): FaultRow => ({
    kind: 'once',
    at: raw.at,
    fault,
    for: raw.for ?? null,
  })
  switch (row.on) {
    case 'link':
      return section({ ...common, target: parts.link.describe(LINK) }).transform((raw, zod) =>
        timed(raw, planned(row.fault(raw.target, raw), zod, raw)),
      )
    case 'node': {
      const target = parts.node
      const node = word === 'step-down' ? target.optional().describe(`${NODE} Default active.`) : target.describe(NODE)
      return section({ ...common, target: node }).transform((raw, zod) =>
        timed(raw, planned(row.fault(raw.target ?? 'active', raw), zod, raw)),
      )
    }
    case 'cluster':
      return section(common).transform((raw, zod) => timed(raw, planned(row.fault(raw), zod, raw)))
  }
}
const LINK = 'The link: n0->n1, active->n1, random. Either end may be active, standby or random.'
const NODE = 'The node: n1, active, standby, random or random-standby.'

/** Closer than this, nothing happens between two faults. */
const EVERY_MIN: Micros = milliseconds(1)

/** `{ every: 3s, for: 1s, do: [kill, cut], target: random }` */
function repeatedRow(parts: FaultParts): z.ZodType<FaultRow> {
  const words = FAULT_DOINGS.filter((word) => FAULT_WORDS[word].isEnding !== true)
  const word = z.enum(words as [FaultDoing, ...FaultDoing[]])
  return section({
    every: positiveDuration.describe('Mean distance; each is drawn between half of it and one and a half.'),
    from: duration.optional().describe('The first comes one distance after this. Default 0s.'),
    until: positiveDuration.optional().describe('None begins later. Default: the duration of the run.'),
    for: lengths.optional().describe('How long each lasts: 1s, or {min: 500ms, max: 3s}.'),
    do: manyOrOne(word).describe('One of these is drawn each time.'),
    target: z.string().optional().describe('As for a single fault. Default random.'),
    minority: z
      .boolean()
      .optional()
      .describe('Never more than a minority of the nodes killed or paused at once. Default true.'),
    ...parts.parameters,
  }).transform((raw, zod): FaultRow => {
    if (raw.every < EVERY_MIN) return refuseAt(zod, raw.every, 'must be at least 1ms', 'every')
    const from = raw.from ?? micros(0)
    if (raw.until !== undefined && raw.until <= from)
      return refuseAt(zod, raw.until, 'is not after `from`: no fault could begin', 'until')
    const given = Object.keys(parts.parameters) as ParameterName[]
    const unused = given.find((name) => raw[name] !== undefined && !raw.do.some((each) => takes(each, name)))
    if (unused !== undefined) return refuseAt(zod, raw, `goes with none of ${raw.do.join(', ')}`, unused)
    const lasting = raw.do.find((each) => FAULT_WORDS[each].lasts !== 'never')
    if (lasting !== undefined && raw.for === undefined)
      return refuse(zod, raw, `needs \`for\`: how long each ${lasting} lasts`)
    const faults = raw.do.map((each) => plannedAt(each, raw.target ?? 'random', raw, parts, zod))
    return {
      kind: 'repeated',
      every: raw.every,
      from,
      until: raw.until ?? null,
      for: lasting === undefined ? null : (raw.for ?? null),
      faults,
      minority: raw.minority ?? true,
    }
  })
}

const takes = (word: FaultDoing, name: ParameterName): boolean => FAULT_WORDS[word].takes.includes(name)

const refuseAt = (zod: z.RefinementCtx, input: unknown, message: string, key: string): never => {
  zod.issues.push({ code: 'custom', message, input, path: [key], params: {} })
  return z.NEVER
}

/** The fault of one word of a list; the target is read as that word wants it. */
function plannedAt(
  word: FaultDoing,
  target: string,
  given: FaultParameters,
  parts: FaultParts,
  zod: z.RefinementCtx,
): PlannedFault {
  const row = FAULT_WORDS[word]
  const own = Object.fromEntries(row.takes.map((name) => [name, given[name]])) as FaultParameters
  if (row.on === 'cluster') return planned(row.fault(own), zod, given)
  const schema: z.ZodType<LinkTarget | NodeTarget> = row.on === 'link' ? parts.link : parts.node
  const read = schema.safeParse(target, { reportInput: true })
  if (!read.success) {
    const [issue] = read.error.issues
    zod.issues.push({
      code: 'custom',
      message: `${issue?.message ?? 'is no target'}: ${word} is done to a ${row.on}`,
      input: target,
      path: ['target'],
      params: {},
    })
    return z.NEVER
  }
  const fault = row.on === 'link' ? row.fault(read.data as LinkTarget, own) : row.fault(read.data as NodeTarget, own)
  return planned(fault, zod, given)
}

/** One length, or one drawn evenly between two. */
const lengths: z.ZodType<NonNullable<RepeatedFault['for']>> = (() => {
  const one = positiveDuration.transform((time) => ({ min: time, max: time }))
  const drawn = section({ min: positiveDuration, max: positiveDuration }).transform((raw, zod) =>
    raw.min <= raw.max ? raw : refuse(zod, raw, 'has a min above its max: exchange them'),
  )
  return picked<NonNullable<RepeatedFault['for']>>([one, drawn], (value) => (isMapping(value) ? drawn : one))
})()

function manyOrOne(word: z.ZodType<FaultDoing>): z.ZodType<readonly FaultDoing[]> {
  const one = word.transform((found): readonly FaultDoing[] => [found])
  const many: z.ZodType<readonly FaultDoing[]> = z.array(word).min(1)
  return picked<readonly FaultDoing[]>([many, one], (value) => (Array.isArray(value) ? many : one))
}

/** Why `add` cannot be worked out on a lag that the fault can meet; null when it can on all of them. */
export function addDefect(fault: PlannedFault, plan: LagPlan): string | null {
  if (fault.kind !== 'add-lag') return null
  const { from, to } = fault.link
  const isNamed = /^n\d+$/.test(from) && /^n\d+$/.test(to)
  const lags = isNamed ? [lagOfLink(plan, `${from}->${to}`)] : [plan.default, ...plan.links.map(({ lag }) => lag)]
  for (const lag of lags) {
    const added = addedLag(lag, fault.add)
    if ('refused' in added) return added.refused
  }
  return null
}
