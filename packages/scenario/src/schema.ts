/**
 * The schema of scenario files: from what a file says to a Scenario with every default filled in.
 * The one source of both the parser and the JSON Schema for editors.
 * Always holds: unknown keys are refused everywhere but in request bodies and users' fields.
 */

import { micros, MICROS_PER_MS, type Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { duration, positiveDuration } from './durations.ts'
import { ownName, STANDBYS_MAX, type SchemaContext } from './names.ts'
import type { FaultRow, LagPlan, NetworkDelays, Scenario, Step } from './scenario.ts'
import { clientLoad } from './schema-clients.ts'
import { expectation, NO_EXPECTATION } from './schema-expect.ts'
import { addDefect, faultParts, faultRow } from './schema-faults.ts'
import { given, NOTHING_GIVEN } from './schema-given.ts'
import { delay, lagPlan } from './schema-lag.ts'
import { DEFAULT_SERVER_SETTINGS, serverSettings } from './schema-server.ts'
import { step } from './schema-steps.ts'
import { section } from './section.ts'

const SCENARIO_VERSION = 1
export const DEFAULT_STANDBYS = 1

const constant = (value: Micros): NetworkDelays['client'] => ({ dist: 'constant', value })
const NO_LAG: LagPlan = {
  default: { kind: 'drawn', from: constant(micros(0)), sample: 'batch', spikes: null },
  links: [],
}
const DEFAULT_DELIVERY = micros(MICROS_PER_MS / 5)
const DEFAULT_FORWARD = micros(MICROS_PER_MS / 2)
const DEFAULT_FLUSH = micros(MICROS_PER_MS / 10)

/** The schema for one file. Its last step leaves faults whose `add` cannot be worked out as issues. */
export function scenarioSchema(context: SchemaContext): z.ZodType<Scenario> {
  const parts = faultParts(context)
  const written = section({
    version: z.literal(SCENARIO_VERSION).optional().describe('Version of the format. Default 1.'),
    name: z.string().min(1).max(100).optional().describe('Default: the name of the file.'),
    question: z.string().min(1).describe('What the scenario asks.'),
    answer: z.string().min(1).optional().describe('What it shows.'),
    seed: z.int().min(0).optional().describe('The same seed gives the same run. Default 1.'),
    duration: positiveDuration.optional().describe('How long clients send. Default: as long as the steps take.'),
    cooldown: duration.optional().describe('How long the run goes on afterwards. Default 0s.'),
    topology: section({
      standbys: z.int().min(0).max(STANDBYS_MAX).optional().describe('Performance standbys n1, n2, ... Default 1.'),
    })
      .optional()
      .describe('The nodes: n0 is active at the start.'),
    lag: lagPlan(context).optional().describe('From commit on the active node to applied on a standby. Default 0.'),
    network: section({
      client: delay(context).optional().describe('Client to node, one way. Default 0s.'),
      delivery: delay(context).optional().describe('Log entries to a standby, one way. Default 200us.'),
      forward: delay(context).optional().describe('Forwarded requests, one way. Default 500us.'),
    })
      .optional()
      .describe('Delays of the network.'),
    disk: section({ flush: delay(context).optional().describe('Default 100us.') })
      .optional()
      .describe('How long a flush takes.'),
    server: serverSettings.optional().describe('Configuration of the servers.'),
    runtime: z
      .enum(['any', 'simulation'])
      .optional()
      .describe('simulation: it needs exact times, so run --live refuses it. Default any.'),
    crypto: z.enum(['stand-in', 'real']).optional().describe('Cryptography of a simulation. Default stand-in.'),
    given: given(context).optional().describe('State that every node has before the run.'),
    values: z
      .record(ownName, z.string())
      .optional()
      .describe('name: text. Saved from the start, for steps and flows: tokens, X-Vault-Index values, passwords.'),
    steps: z.array(step(context, parts)).optional().describe('A script: one step after the other.'),
    clients: z.array(clientLoad(context)).optional().describe('Load.'),
    faults: z.array(faultRow(parts)).optional().describe('What happens to the cluster, and when.'),
    expect: expectation(context).optional().describe('What the whole run must show.'),
  })
  return written.transform((raw, zod): Scenario => {
    const lag = raw.lag ?? NO_LAG
    const settings = raw.server ?? DEFAULT_SERVER_SETTINGS
    return {
      version: raw.version ?? SCENARIO_VERSION,
      name: raw.name ?? context.name,
      question: raw.question,
      answer: raw.answer ?? null,
      seed: raw.seed ?? 1,
      duration: raw.duration ?? null,
      cooldown: raw.cooldown ?? micros(0),
      standbys: raw.topology?.standbys ?? DEFAULT_STANDBYS,
      lag,
      network: {
        client: raw.network?.client ?? constant(micros(0)),
        delivery: raw.network?.delivery ?? constant(DEFAULT_DELIVERY),
        forward: raw.network?.forward ?? constant(DEFAULT_FORWARD),
      },
      disk: { flush: raw.disk?.flush ?? constant(DEFAULT_FLUSH) },
      server: settings.config,
      cost: settings.cost,
      runtime: raw.runtime ?? 'any',
      crypto: raw.crypto ?? 'stand-in',
      given: raw.given ?? NOTHING_GIVEN,
      values: raw.values ?? {},
      steps: addable(raw.steps ?? [], lag, zod),
      clients: raw.clients ?? [],
      faults: addableRows(raw.faults ?? [], lag, zod),
      expect: raw.expect ?? NO_EXPECTATION,
    }
  })
}

/** Leaves each `add` that cannot be worked out as an issue. */
function addableRows(rows: readonly FaultRow[], lag: LagPlan, zod: z.RefinementCtx): readonly FaultRow[] {
  for (const [at, row] of rows.entries()) {
    for (const fault of row.kind === 'once' ? [row.fault] : row.faults) {
      const message = addDefect(fault, lag)
      if (message !== null) zod.issues.push({ code: 'custom', message, input: row, path: ['faults', at, 'add'] })
    }
  }
  return rows
}

function addable(steps: readonly Step[], lag: LagPlan, zod: z.RefinementCtx): readonly Step[] {
  for (const [at, each] of steps.entries()) {
    const message = each.kind === 'inflict' ? addDefect(each.fault, lag) : null
    if (message !== null) zod.issues.push({ code: 'custom', message, input: each, path: ['steps', at, 'add'] })
  }
  return steps
}
