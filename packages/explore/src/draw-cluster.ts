/**
 * Draws a cluster: how many nodes, how they lag, how the network and the disks are, which switches are turned.
 * Always holds: each seed leaves most things as they are and turns a few (swarm), so that no setting hides another for ever. Harsher
 * than production: waits, buffers and time-outs are short.
 */

import { SWITCHES, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import type { Dice } from './dice.ts'
import type { ScenarioFile } from './scenario-file.ts'

export type DrawnCluster = Pick<ScenarioFile, 'topology' | 'lag' | 'network' | 'disk' | 'server'>

export function drawCluster(dice: Dice): DrawnCluster {
  const standbys = dice.weighted([
    [1, 3],
    [2, 4],
    [3, 2],
    [4, 2],
    [5, 1],
  ])
  const network = drawNetwork(dice)
  const flush = dice.happens(0.3) ? { disk: { flush: dice.pick(['0s', '5ms', spread('0s', '8ms')]) } } : {}
  return {
    topology: { standbys },
    lag: drawLagPlan(dice, standbys),
    ...(network === null ? {} : { network }),
    ...flush,
    server: drawServer(dice),
  }
}

const spread = (min: string, max: string): JsonObject => ({ dist: 'uniform', min, max })

export function drawLag(dice: Dice): JsonValue {
  return dice.weighted<JsonValue>([
    [dice.pick(['0s', '5ms', '50ms', '400ms', '1s', '3s']), 6],
    ['raft', 1],
    [spread('0s', dice.pick(['20ms', '300ms', '2s'])), 1],
    // Drawn for each entry, a standby stands between the entries of one request.
    [{ ...spread('0s', dice.pick(['100ms', '2s'])), sample: 'entry' }, 3],
    [{ dist: 'lognormal', median: dice.pick(['20ms', '200ms']), sigma: 0.8 }, 1],
    [{ dist: 'exponential', mean: dice.pick(['30ms', '300ms']), sample: 'entry' }, 1],
  ])
}

function drawLagPlan(dice: Dice, standbys: number): JsonValue {
  const first = drawLag(dice)
  if (standbys < 2 || dice.happens(0.5)) return first
  const links = Object.fromEntries(
    Array.from({ length: standbys }, (_, at) => `n0->n${at + 1}`)
      .filter(() => dice.happens(0.5))
      .map((link) => [link, drawLag(dice)]),
  )
  return { default: first, links }
}

function drawNetwork(dice: Dice): JsonObject | null {
  if (dice.happens(0.6)) return null
  return {
    client: dice.pick<JsonValue>(['0s', '1ms', spread('0s', '5ms')]),
    delivery: dice.pick<JsonValue>(['200us', '3ms', spread('0s', '10ms')]),
    forward: dice.pick<JsonValue>(['500us', '5ms', spread('0s', '10ms')]),
  }
}

/** Turned seldom: with one of these, whole laws have nothing to judge. */
const SELDOM: Readonly<Record<string, number>> = {
  edition: 0.02,
  storage: 0.05,
  consistent_tokens: 0.03,
  second_promotion: 0.05,
  old_epoch: 0.03,
}
const OFTEN_ENOUGH = 0.1

function drawServer(dice: Dice): JsonObject {
  const switches = Object.fromEntries(
    Object.entries(SWITCHES)
      .filter(([name]) => dice.happens(SELDOM[name] ?? OFTEN_ENOUGH))
      .map(([name, values]) => [name, dice.pick<string>(values)]),
  )
  const replication: JsonObject = {
    ...(dice.happens(0.5) ? { allow_forwarding_via_header: true } : {}),
    ...(dice.happens(0.35) ? { allow_forwarding_via_token: 'new_token' } : {}),
    ...(dice.happens(0.4) ? { best_effort_wal_wait_duration: dice.pick(['0s', '20ms', '300ms']) } : {}),
    ...(dice.happens(0.3) ? { logshipper_buffer_length: dice.pick([4, 32]) } : {}),
  }
  return {
    ...(Object.keys(replication).length === 0 ? {} : { replication }),
    ...(Object.keys(switches).length === 0 ? {} : { switches }),
    election_timeout: dice.pick(['300ms', '500ms', '2s']),
    ...(dice.happens(0.2) ? { max_request_duration: dice.pick(['2s', '10s']) } : {}),
    ...(dice.happens(0.2) ? { default_lease_ttl: dice.pick(['2s', '5s']) } : {}),
    ...(dice.happens(0.15) ? { max_lease_ttl: dice.pick(['4s', '8s']) } : {}),
    ...(dice.happens(0.1) ? { epoch: dice.between(1, 2) } : {}),
    ...(dice.happens(0.03) ? { disable_performance_standby: true } : {}),
    ...(dice.happens(0.3) ? { cost: { read: '50us', write: '300us', login: '1ms' } } : {}),
  }
}
