/**
 * Draws a scenario from a seed: cluster, switches, behaviour of clients, a script or a load, faults.
 * Always holds: the same seed draws the same scenario, on every machine; each part draws from a stream of its own; every drawn scenario can
 * be read. Two of three are scripts, because a script that breaks a law is shorter to tell.
 */

import { MITIGATIONS } from '@fourtwelve/scenario'
import { diceOf, type Streams } from './dice.ts'
import { drawCluster } from './draw-cluster.ts'
import { drawFaultChoices } from './draw-faults.ts'
import { drawLoad } from './draw-load.ts'
import { drawScript, GIVEN } from './draw-script.ts'
import { withForgeries, type Forgery } from './forge.ts'
import type { ScenarioFile } from './scenario-file.ts'

/** A scenario that was drawn, and the forgeries that belong into its values once it has run. */
export interface Draft {
  readonly file: ScenarioFile
  readonly forgeries: readonly Forgery[]
}

export const DRAFT_KINDS = ['script', 'load'] as const
export type DraftKind = (typeof DRAFT_KINDS)[number]

const SCRIPT_SHARE = 0.67
/** Longer than every token that ends by itself, and every lag after that: a revocation that is under way at the end is no rest. */
const COOLDOWN = '20s'

/** `kind` null draws that too. Streams are those of the seed. */
export function drawScenario(streams: Streams, seed: number, kind: DraftKind | null = null): Draft {
  const isScript = diceOf(streams('kind')).happens(SCRIPT_SHARE)
  const cluster = drawCluster(diceOf(streams('cluster')))
  const { standbys } = cluster.topology
  const choices = drawFaultChoices(diceOf(streams('faults')))
  const mixes = diceOf(streams('behaviour'))
  const mitigations = MITIGATIONS.filter(() => mixes.happens(0.6))
  const known = mitigations.length === 0 ? ['none'] : mitigations
  const common = {
    question: `What did seed ${seed} draw, and does every law hold in it?`,
    seed,
    ...cluster,
    cooldown: COOLDOWN,
    given: GIVEN,
    expect: { witnesses: ['operations >= 1'] },
  }
  if (kind === null ? isScript : kind === 'script') {
    const { steps, forgeries } = drawScript(diceOf(streams('script')), standbys, known, choices)
    return { file: withForgeries({ ...common, steps }, forgeries, null), forgeries }
  }
  const load = drawLoad(diceOf(streams('load')), known, choices)
  return { file: { ...common, ...load }, forgeries: [] }
}
