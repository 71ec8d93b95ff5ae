/**
 * What no single part of a scenario can know: names that are used before they are saved, clients that metrics speak of, faults
 * after the end, and whether the scenario shows anything at all.
 * Runs on a scenario that the schema has accepted. Steps and clients run side by side, so each flow has names of its own beside
 * the values that the file gives to all.
 */

import { formatDuration, type Method } from '@fourtwelve/protocol'
import type { MetricReference } from './metric-expression.ts'
import { nearestWord } from './nearest-word.ts'
import type { Finding, Path } from './problem.ts'
import type { RequestTemplate } from './request-template.ts'
import { namesUsedBy, SESSION_NAME, type NameUse } from './saved-names.ts'
import type { Scenario } from './scenario.ts'
import { TOKEN_WORDS, VERBS } from './schema-request.ts'

export function checkReferences(scenario: Scenario): Finding[] {
  return [
    ...Object.keys(scenario.values).flatMap((name) => takenName(name, ['values', name])),
    ...savedBeforeUsed(scenario),
    ...clientNames(scenario),
    ...metricClients(scenario),
    ...runLength(scenario),
    ...doesSomething(scenario),
  ]
}

function savedBeforeUsed(scenario: Scenario): Finding[] {
  const findings: Finding[] = []
  const values = Object.keys(scenario.values)
  const saved = new Set(values)
  for (const [at, step] of scenario.steps.entries()) {
    if (step.kind === 'request') findings.push(...useAndSave(step.request, ['steps', at], saved))
  }
  for (const [at, client] of scenario.clients.entries()) {
    const ofFlow = new Set([...values, SESSION_NAME])
    for (const [row, request] of client.flow.entries()) {
      findings.push(...useAndSave(request, ['clients', at, 'flow', row], ofFlow))
    }
  }
  return findings
}

/** Judges the names that a request uses, then adds those that it saves: they are there from the next request on. */
function useAndSave(request: RequestTemplate, path: Path, saved: Set<string>): Finding[] {
  const unknown = namesUsedBy(request).flatMap(({ name, where }): Finding[] => {
    if (saved.has(name)) return []
    const earlier = [...saved].filter((known) => known !== SESSION_NAME)
    const list = earlier.length === 0 ? 'nothing is saved before it' : `saved before it are ${earlier.join(', ')}`
    const message = `uses "${name}", which no earlier request saves: ${list}`
    return [wrong([...path, ...placeOf(where, request)], message, nearestWord(name, [...saved]))]
  })
  const taken = request.save.flatMap(({ name }) => takenName(name, [...path, 'save', name]))
  for (const { name } of request.save) saved.add(name)
  return [...unknown, ...taken]
}

/** Names that mean something else already. */
function takenName(name: string, path: Path): Finding[] {
  const meaning = TOKEN_WORDS.includes(name)
    ? 'is a word of `token`'
    : name === SESSION_NAME
      ? "is the session's own name in flows"
      : null
  return meaning === null ? [] : [{ ...wrong(path, `${meaning}: take another name`), at: 'key' }]
}

/** Where a request says it. */
function placeOf(where: NameUse['where'], { method }: RequestTemplate): Path {
  switch (where) {
    case 'path':
      return [verbOf(method)]
    case 'expect':
      return ['expect', 'body']
    case 'query':
    case 'body':
    case 'token':
    case 'index':
      return [where]
  }
}

const verbOf = (method: Method): string => Object.entries(VERBS).find(([, known]) => known === method)?.[0] ?? method

function clientNames(scenario: Scenario): Finding[] {
  const seen = new Set<string>()
  return scenario.clients.flatMap(({ name }, at): Finding[] => {
    if (seen.has(name)) return [wrong(['clients', at, 'name'], `is "${name}", as another client is`)]
    seen.add(name)
    return []
  })
}

function metricClients(scenario: Scenario): Finding[] {
  const fromSteps = scenario.steps.flatMap((step) => (step.kind === 'request' ? [step.client] : []))
  const names = [...new Set([...scenario.clients.map((client) => client.name), ...fromSteps])]
  const unknown = (metric: MetricReference, path: Path): Finding[] => {
    if (metric.client === null || names.includes(metric.client)) return []
    const message = `speaks of the client "${metric.client}": there is ${names.length === 0 ? 'none' : names.join(', ')}`
    return [wrong(path, message, nearestWord(metric.client, names))]
  }
  const { expect } = scenario
  return [
    ...expect.thresholds.flatMap((row) => unknown(row.metric, ['expect', 'thresholds', row.reference])),
    ...(expect.liveThresholds ?? []).flatMap((row) =>
      unknown(row.metric, ['expect', 'live', 'thresholds', row.reference]),
    ),
    ...expect.witnesses.flatMap((row, at) => unknown(row.metric, ['expect', 'witnesses', at])),
  ]
}

function runLength(scenario: Scenario): Finding[] {
  const { duration, clients } = scenario
  if (duration === null) {
    return clients.length === 0
      ? []
      : [wrong(['duration'], 'is missing: it says how long the clients send, such as 60s')]
  }
  return [...tooManyFlows(scenario, duration), ...lateFaults(scenario, duration)]
}

/** Flows that one client may start in a run: more than that takes hours and shows no more. */
const FLOWS_MAX = 5_000_000

function tooManyFlows({ clients }: Scenario, duration: number): Finding[] {
  return clients.flatMap(({ arrival }, row): Finding[] => {
    if (arrival.kind !== 'constant-rate') return []
    const flows = Math.ceil((duration / arrival.per) * arrival.count)
    return flows <= FLOWS_MAX
      ? []
      : [
          wrong(
            ['clients', row, 'arrival'],
            `starts ${flows} flows, and ${FLOWS_MAX} is the most: lower the rate or the duration`,
          ),
        ]
  })
}

/** A fault that could not happen: after the run, or in the cool-down, which comes when all faults have ended. */
function lateFaults({ faults, cooldown }: Scenario, duration: number): Finding[] {
  return faults.flatMap((fault, row): Finding[] => {
    const [time, key] = fault.kind === 'once' ? [fault.at, 'at'] : [fault.from, 'from']
    if (time < duration) return []
    const when =
      time >= duration + cooldown
        ? 'when the run is over (`duration` and `cooldown`)'
        : 'when the run cools down: faults end at `duration`'
    return [wrong(['faults', row, key], `is ${formatDuration(time)}, ${when}`)]
  })
}

function doesSomething({ steps, clients }: Scenario): Finding[] {
  return steps.length > 0 || clients.length > 0 ? [] : [wrong([], 'does nothing: give it `steps`, `clients` or both')]
}

const wrong = (path: Path, message: string, suggestion: string | null = null): Finding => ({
  path,
  message,
  suggestion,
  at: 'value',
})
