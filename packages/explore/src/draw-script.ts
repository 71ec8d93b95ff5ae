/**
 * Draws a script: requests one after the other, on nodes that know different things, with faults between them.
 * Always holds: a step uses only names that an earlier step may have saved; which kinds of steps a seed has is drawn first (swarm).
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Dice } from './dice.ts'
import { drawFaultSteps, type FaultChoice } from './draw-faults.ts'
import type { Forgery } from './forge.ts'
import { SCRIPT_PARTS } from './script-parts.ts'
import type { Script } from './script-requests.ts'
import type { FileRow } from './scenario-file.ts'

export interface DrawnScript {
  readonly steps: readonly FileRow[]
  readonly forgeries: readonly Forgery[]
}

/** Steps of a script, parts of several steps included. */
const STEPS_MIN = 6
const STEPS_MAX = 40
/** Chance that a part of a script is left out of a seed. */
const LEFT_OUT = 0.3
/** Clients of a script: each has a memory of its own. */
const CLIENTS: readonly string[] = ['a', 'b']

export function drawScript(
  dice: Dice,
  standbys: number,
  mitigations: readonly string[],
  faults: readonly FaultChoice[],
): DrawnScript {
  const parts = SCRIPT_PARTS.map(({ weight, draw }) => [draw, dice.happens(LEFT_OUT) ? 0 : weight] as const)
  const steps: FileRow[] = []
  const forgeries: Forgery[] = []
  const behaviour = new Map(CLIENTS.map((client) => [client, dice.happens(0.6) ? 'none' : dice.pick(mitigations)]))
  let names = 0
  const script: Script = {
    dice,
    tokens: [],
    indexes: [],
    node: () => (dice.happens(0.15) ? dice.pick(['active', 'standby']) : `n${dice.between(0, standbys)}`),
    name: (prefix) => `${prefix}${++names}`,
    client: () => dice.pick(CLIENTS),
    ask(row, client = dice.pick(CLIENTS)) {
      const as = behaviour.get(client) ?? 'none'
      const isPlain = client === 'a' && as === 'none'
      steps.push({ ...row, ...(isPlain ? {} : { client, ...(as === 'none' ? {} : { as }) }) })
    },
    add: (row) => void steps.push(row),
    forge: (forgery) => void forgeries.push(forgery),
  }
  const length = dice.between(STEPS_MIN, STEPS_MAX)
  const canDraw = parts.some(([, weight]) => weight > 0)
  const drawPart = (): void =>
    (canDraw ? dice.weighted(parts) : (SCRIPT_PARTS[0]?.draw ?? dice.weighted(parts)))(script)
  // A part adds at least one step, so this ends.
  while (steps.length < length) {
    if (faults.length > 0 && dice.happens(0.3)) steps.push(...drawFaultSteps(dice, dice.pick(faults), standbys))
    else drawPart()
  }
  return { steps, forgeries }
}

/** What every drawn scenario has before it begins: a policy for everything that scripts and loads do, users, a secret. */
export const GIVEN: JsonObject = {
  policies: {
    app: 'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] } path "auth/token/*" { capabilities = ["create", "read", "update", "sudo"] }',
  },
  users: {
    job: { password: 'pw', token_policies: ['app'] },
    quick: { password: 'pw', token_policies: ['app'], token_ttl: '2s', token_max_ttl: '6s' },
    baker: { password: 'pw', token_policies: ['app'], token_type: 'batch', token_ttl: '1h' },
  },
  secrets: { 'secret/data/app': { v: 0 } },
}
