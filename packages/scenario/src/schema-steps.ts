/** Steps: a script of requests, pauses and faults, told apart by their verb. */

import type { Fault } from '@fourtwelve/cluster'
import { z } from 'zod'
import { duration } from './durations.ts'
import { linkName, nodeName, ownName, wordOf, type SchemaContext } from './names.ts'
import type { Step } from './scenario.ts'
import { lagModel } from './schema-lag.ts'
import { ONE_VERB, requestShape, requestTemplate } from './schema-request.ts'
import { pickedByKey } from './picked.ts'
import { section } from './section.ts'

/** Who sends a step's request when it does not say. */
const DEFAULT_CLIENT = 'client'

export function step(context: SchemaContext): z.ZodType<Step> {
  const note = z.string().optional().describe('What to see in this step.')
  const link = linkName(context)
  const request = section({
    ...requestShape(context),
    client: ownName.optional().describe('Who sends it. Default client.'),
    node: nodeName(context).describe('Where it is sent.'),
    as: wordOf(context.mitigations, 'a preset of what a client does about 412')
      .optional()
      .describe('What this client does about a 412. Default none.'),
    note,
  })
    .meta(ONE_VERB)
    .transform((raw): Step => ({
      kind: 'request',
      client: raw.client ?? DEFAULT_CLIENT,
      node: raw.node,
      request: requestTemplate(raw),
      as: raw.as ?? 'none',
      note: raw.note ?? null,
    }))
  const inflict = (fault: Fault, raw: { note?: string | undefined }): Step => ({
    kind: 'inflict',
    fault,
    note: raw.note ?? null,
  })
  return pickedByKey<Step>({
    get: request,
    list: request,
    post: request,
    put: request,
    patch: request,
    delete: request,
    wait: section({ wait: duration.describe('How long.'), note }).transform((raw): Step => ({
      kind: 'wait',
      for: raw.wait,
      note: raw.note ?? null,
    })),
    wait_until: section({ wait_until: z.literal('applied'), node: nodeName(context), note })
      .describe('Waits until the node has applied everything.')
      .transform((raw): Step => ({ kind: 'wait-until-applied', node: raw.node, note: raw.note ?? null })),
    hold: section({ hold: link.describe('Freezes apply behind this link.'), note }).transform((raw) =>
      inflict({ kind: 'hold', link: raw.hold }, raw),
    ),
    release: section({ release: link.describe('Ends hold: what is due is applied at once.'), note }).transform((raw) =>
      inflict({ kind: 'release', link: raw.release }, raw),
    ),
    cut: section({ cut: link.describe('Ends stream, acknowledgements and forwarding.'), note }).transform((raw) =>
      inflict({ kind: 'cut', link: raw.cut }, raw),
    ),
    heal: section({ heal: link.describe('Ends cut.'), note }).transform((raw) =>
      inflict({ kind: 'heal', link: raw.heal }, raw),
    ),
    lag: section({ lag: lagModel(context).describe('The lag from now on.'), link, note }).transform((raw) =>
      inflict({ kind: 'lag', link: raw.link, lag: raw.lag }, raw),
    ),
  })
}
