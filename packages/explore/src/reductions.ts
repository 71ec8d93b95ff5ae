/**
 * Everything that may be taken away from a draft, the largest parts first.
 * Always holds: each reduction is smaller than what it came from by some measure, so that taking one after the other ends; rows that need
 * what is gone go with it. Whether it can still be read, and still shows the same, is for others to say.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import type { Draft } from './draw-scenario.ts'
import { clientsOf, faultsOf, stepsOf, type FileClient, type FileRow, type ScenarioFile } from './scenario-file.ts'
import { simplerRows } from './simpler-rows.ts'
import { unrolled } from './unroll.ts'
import { namesNeededBy, namesSavedBy, withoutUnsaved } from './used-names.ts'

export function* reductions(draft: Draft): Generator<Draft> {
  for (const file of unrolled(draft.file)) yield tidied(draft, file)
  for (const file of reducedFiles(draft.file)) yield tidied(draft, file)
}

function* reducedFiles(file: ScenarioFile): Generator<ScenarioFile> {
  const steps = stepsOf(file)
  const clients = clientsOf(file)
  const faults = faultsOf(file)
  for (const kept of smallerLists(clients)) yield withClients(file, kept)
  for (const kept of smallerLists(steps)) yield withSteps(file, kept)
  for (const kept of smallerLists(faults)) yield { ...file, faults: kept }
  yield* smallerClusters(file)
  yield* smallerLoads(file)
  yield* plainerKeys(file)
  yield* simplerRows(steps, (rows) => withSteps(file, rows))
}

/** The list without a block of it: large blocks first, then each alone. */
function* smallerLists<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let size = list.length; size >= 1; size = Math.floor(size / 2)) {
    for (let end = list.length; end > 0; end -= size) {
      const start = Math.max(0, end - size)
      yield [...list.slice(0, start), ...list.slice(end)]
    }
  }
}

const withSteps = (file: ScenarioFile, steps: readonly FileRow[]): ScenarioFile => ({ ...file, steps })

function withClients(file: ScenarioFile, clients: readonly FileClient[]): ScenarioFile {
  if (clients.length > 0) return { ...file, clients }
  const { duration: _, clients: __, ...rest } = file
  return rest
}

/** Fewer standbys; what was said of those that are gone is said of the last that is left. */
function* smallerClusters(file: ScenarioFile): Generator<ScenarioFile> {
  const { standbys } = file.topology
  for (const fewer of standbys > 2 ? [1, standbys - 1] : [standbys - 1]) {
    if (fewer < 1) continue
    const renamed = JSON.stringify(file, (_, value: unknown) =>
      typeof value === 'string'
        ? value.replaceAll(/\bn(\d+)\b/g, (name, number: string) => (Number(number) > fewer ? `n${fewer}` : name))
        : value,
    )
    yield { ...withoutLostLinks(JSON.parse(renamed) as ScenarioFile, fewer), topology: { standbys: fewer } }
  }
}

/** Lags are keyed by their links. */
function withoutLostLinks(file: ScenarioFile, standbys: number): ScenarioFile {
  const { lag } = file
  if (!isObject(lag) || !isObject(lag['links'])) return file
  const links = Object.fromEntries(
    Object.entries(lag['links']).filter(([link]) => Number(/n(\d+)$/.exec(link)?.[1] ?? 0) <= standbys),
  )
  return { ...file, lag: { ...lag, links } }
}

const SHORTER: Readonly<Record<string, string>> = { '6s': '4s', '4s': '2500ms', '2500ms': '1s', '1s': '300ms' }

function* smallerLoads(file: ScenarioFile): Generator<ScenarioFile> {
  const clients = clientsOf(file)
  const shorter = SHORTER[file.duration ?? '']
  if (shorter !== undefined) yield { ...file, duration: shorter }
  for (const [at, client] of clients.entries()) {
    const replaced = (other: FileClient): ScenarioFile => ({ ...file, clients: clients.with(at, other) })
    if (client.sessions > 1) yield replaced({ ...client, sessions: 1 })
    if (client.mitigation !== 'none') yield replaced({ ...client, mitigation: 'none' })
    for (const flow of smallerLists(client.flow)) {
      const whole = withoutUnsaved(flow, Object.keys(file.values ?? {}))
      if (whole.length > 0) yield replaced({ ...client, flow: whole })
    }
  }
}

/** Without a section, without a key of a section, with a plain lag. */
function* plainerKeys(file: ScenarioFile): Generator<ScenarioFile> {
  const { network: _n, ...noNetwork } = file
  const { disk: _d, ...noDisk } = file
  const { server: _s, ...noServer } = file
  const { cooldown: _c, ...noCooldown } = file
  const { given: _g, ...noGiven } = file
  if (file.server !== undefined) yield noServer
  if (file.network !== undefined) yield noNetwork
  if (file.disk !== undefined) yield noDisk
  if (file.cooldown !== undefined) yield noCooldown
  if (file.given !== undefined) {
    yield noGiven
    for (const given of withoutKeys(file.given)) yield { ...file, given }
  }
  if (file.server !== undefined) for (const server of withoutKeys(file.server)) yield { ...file, server }
  for (const lag of plainerLags(file.lag)) yield { ...file, lag }
}

/** From the plainest on: whoever needs more lag than that keeps more. */
const PLAIN_LAGS: readonly JsonValue[] = ['0s', '50ms', '400ms', '3s']

function* plainerLags(lag: JsonValue): Generator<JsonValue> {
  const rank = PLAIN_LAGS.indexOf(lag)
  yield* rank === -1 ? PLAIN_LAGS : PLAIN_LAGS.slice(0, rank)
  if (!isObject(lag) || !isObject(lag['links'])) return
  for (const links of withoutKeys(lag['links'])) yield { ...lag, links }
  if (lag['default'] !== '0s') yield { ...lag, default: '0s' }
}

/** Without each key; without each key one level below. */
function* withoutKeys(section: JsonObject): Generator<JsonObject> {
  for (const [key, value] of Object.entries(section)) {
    const { [key]: _, ...rest } = section
    yield rest
    if (isObject(value)) for (const inner of withoutKeys(value)) yield { ...section, [key]: inner }
  }
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Without rows that need what is gone, without forgeries that nobody shows, without empty lists. */
function tidied({ forgeries }: Draft, file: ScenarioFile): Draft {
  const steps = withoutUnsaved(stepsOf(file), Object.keys(file.values ?? {}))
  const shown = new Set(steps.flatMap(namesNeededBy))
  const saved = new Set(steps.flatMap(namesSavedBy))
  const kept = forgeries.filter(({ name, of }) => shown.has(name) && saved.has(of))
  const { steps: _, faults: __, values: ___, ...rest } = file
  const values = Object.fromEntries(
    Object.entries(file.values ?? {}).filter(([name]) => kept.some((one) => one.name === name)),
  )
  const faults = faultsOf(file)
  return {
    forgeries: kept,
    file: {
      ...rest,
      ...(Object.keys(values).length === 0 ? {} : { values }),
      ...(steps.length === 0 ? {} : { steps: withoutUnsaved(steps, Object.keys(values)) }),
      ...(faults.length === 0 ? {} : { faults }),
    },
  }
}
