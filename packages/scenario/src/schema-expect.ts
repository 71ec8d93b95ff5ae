/** What a scenario expects of a whole run: laws, thresholds, witnesses. */

import { z } from 'zod'
import { parseThreshold, parseWitness, type Threshold, type Witness } from './metric-expression.ts'
import { wordOf, type SchemaContext } from './names.ts'
import type { Expectation } from './scenario.ts'
import { refuse, section } from './section.ts'

export function expectation(context: SchemaContext): z.ZodType<Expectation> {
  return section({
    laws: section({
      except: z.array(wordOf(context.laws, 'a law')).optional().describe('Laws that this scenario may break.'),
    }).optional(),
    thresholds: thresholds.optional().describe("Limits: 'http_412{client:ci}': ['rate<0.05']."),
    live: section({ thresholds: thresholds.optional() })
      .optional()
      .describe('Thresholds of a live run, in place of the others.'),
    witnesses: z.array(witness).optional().describe("What must have happened: 'http_412 >= 1'."),
  }).transform((raw): Expectation => ({
    lawsExcept: raw.laws?.except ?? [],
    thresholds: raw.thresholds ?? [],
    liveThresholds: raw.live?.thresholds ?? null,
    witnesses: raw.witnesses ?? [],
  }))
}

export const NO_EXPECTATION: Expectation = { lawsExcept: [], thresholds: [], liveThresholds: null, witnesses: [] }

const thresholds: z.ZodType<readonly Threshold[]> = z
  .record(z.string(), z.array(z.string()).min(1))
  .transform((raw, zod): Threshold[] =>
    Object.entries(raw).flatMap(([metric, conditions]) =>
      conditions.flatMap((condition, at): Threshold[] => {
        const parsed = parseThreshold(metric, condition)
        if (!('refused' in parsed)) return [parsed]
        const { refused: message, suggestion } = parsed
        zod.issues.push({ code: 'custom', input: condition, path: [metric, at], message, params: { suggestion } })
        return []
      }),
    ),
  )

const witness: z.ZodType<Witness> = z.string().transform((text, zod): Witness => {
  const parsed = parseWitness(text)
  return 'refused' in parsed ? refuse(zod, text, parsed.refused, parsed.suggestion) : parsed
})
