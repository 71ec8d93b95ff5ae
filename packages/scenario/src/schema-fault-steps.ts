/**
 * Faults as steps of a script: the words of `faults:`, each a key of the step (`kill: n0`, `slow_disk: { node: n1, by: 20ms }`).
 * Always holds: a step does the fault and the next begins at once, also when the fault lasts `for` a time.
 */

import type { Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { FAULT_DOINGS, FAULT_WORDS, type FaultDoing } from './fault-words.ts'
import type { PlannedFault } from './planned-fault.ts'
import type { Step } from './scenario.ts'
import { lastingOf, parametersOf, planned, type FaultParts } from './schema-faults.ts'
import { section } from './section.ts'

/** Words whose parameters stand inside them, beside their node. */
const NESTED: ReadonlySet<FaultDoing> = new Set([
  'forwarding',
  'slow-disk',
  'slow-apply',
  'clock-skew',
  'shipper-buffer',
])

const note = z.string().optional().describe('What to see in this step.')

/** The key of each word's step, and its schema. */
export function faultSteps(parts: FaultParts): Readonly<Record<string, z.ZodType<Step>>> {
  return Object.fromEntries(FAULT_DOINGS.map((word) => [word.replaceAll('-', '_'), faultStep(word, parts)]))
}

interface RawStep {
  readonly for?: Micros | undefined
  readonly note?: string | undefined
}

const inflict = (fault: PlannedFault, raw: RawStep): Step => ({
  kind: 'inflict',
  fault,
  for: raw.for ?? null,
  note: raw.note ?? null,
})

function faultStep(word: FaultDoing, parts: FaultParts): z.ZodType<Step> {
  const row = FAULT_WORDS[word]
  const common = { ...lastingOf(row), note }
  const parameters = parametersOf(word, parts)
  // A shape whose key is not known here: what stands under it is read back by the same key.
  const own = <T>(schema: z.ZodType<T>): { readonly target: z.ZodType<T> } =>
    ({ [word.replaceAll('-', '_')]: schema }) as unknown as { target: z.ZodType<T> }
  const under = <T>(raw: { readonly target: T }): T =>
    (raw as unknown as Readonly<Record<string, T>>)[word.replaceAll('-', '_')] as T
  const { node, link } = parts

  if (row.on === 'cluster') {
    return section({ ...own(z.literal(true).describe(row.about)), ...common }).transform((raw, zod) =>
      inflict(planned(row.fault({}), zod, raw), raw),
    )
  }
  if (row.on === 'node' && NESTED.has(word)) {
    const inside = section({ node, ...parameters }).transform((raw, zod) => planned(row.fault(raw.node, raw), zod, raw))
    return section({ ...own(inside.describe(row.about)), ...common }).transform((raw) => inflict(under(raw), raw))
  }
  if (row.on === 'node') {
    return section({ ...own(node.describe(row.about)), ...parameters, ...common }).transform((raw, zod) =>
      inflict(planned(row.fault(under(raw), raw), zod, raw), raw),
    )
  }
  if (word === 'lag') {
    return section({ ...parameters, link, ...common }).transform((raw, zod) =>
      inflict(planned(row.fault(raw.link, raw), zod, raw), raw),
    )
  }
  return section({ ...own(link.describe(row.about)), ...parameters, ...common }).transform((raw, zod) =>
    inflict(planned(row.fault(under(raw), raw), zod, raw), raw),
  )
}
