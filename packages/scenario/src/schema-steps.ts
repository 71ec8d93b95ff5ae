/** Steps: a script of requests, pauses and faults, told apart by their verb. */

import { z } from 'zod'
import { duration } from './durations.ts'
import { nodeName, ownName, wordOf, type SchemaContext } from './names.ts'
import type { Step } from './scenario.ts'
import { faultSteps } from './schema-fault-steps.ts'
import type { FaultParts } from './schema-faults.ts'
import { ONE_VERB, requestShape, requestTemplate } from './schema-request.ts'
import { nodeOrLeader } from './schema-targets.ts'
import { picked, pickedByKey } from './picked.ts'
import { isMapping, section } from './section.ts'

/** Who sends a step's request when it does not say. */
const DEFAULT_CLIENT = 'client'

export function step(context: SchemaContext, parts: FaultParts): z.ZodType<Step> {
  const note = z.string().optional().describe('What to see in this step.')
  const request = section({
    ...requestShape(context),
    client: ownName.optional().describe('Who sends it. Default client.'),
    node: nodeOrLeader(context).describe('Where it is sent: a node, active, or standby.'),
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
  const until = z.enum(['applied', 'leader'])
  const applied = section({ wait_until: until, node: nodeOrLeader(context), note })
    .describe('applied: waits until the node has applied everything.')
    .transform((raw): Step => ({ kind: 'wait-until-applied', node: raw.node, note: raw.note ?? null }))
  const leader = section({ wait_until: z.literal('leader'), node: nodeName(context).optional(), note })
    .describe('leader: waits until a running node is active: this one, or any.')
    .transform((raw): Step => ({ kind: 'wait-until-leader', node: raw.node ?? null, note: raw.note ?? null }))
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
    wait_until: picked<Step>([applied, leader], (value) =>
      isMapping(value) && value['wait_until'] === 'leader' ? leader : applied,
    ),
    ...faultSteps(parts),
  })
}
