/** Plays a recorded suite against an active node, and says where an answer is not the recorded one. */

import { readFileSync } from 'node:fs'
import {
  asWritten,
  isJsonObject,
  milliseconds,
  vaultRequest,
  type JsonObject,
  type JsonValue,
  type Method,
  type RequestBody,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { OneNode } from './one-node.ts'

export interface RecordedStep {
  readonly name: string
  readonly request: RecordedRequest
  readonly save?: Readonly<Record<string, string>>
  readonly response: RecordedAnswer
}

interface RecordedRequest {
  readonly method: Method
  readonly path: string
  readonly token: string | null
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: JsonObject
  readonly raw?: string
}

export interface RecordedAnswer {
  readonly status: number
  readonly body: JsonObject | null
}

interface Pause {
  /** Milliseconds. */
  readonly sleep: number
}

export type Steps = readonly (RecordedStep | Pause)[]

export function readSteps(suite: string): Steps {
  const file = new URL(`../../../test/recordings/${suite}.json`, import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly steps: Steps }).steps
}

export interface PlayedStep {
  /** Its name, numbered when the suite has it more than once: `login`, `login (2)`. */
  readonly label: string
  /** Where the answer is not as wanted; empty when it is. */
  readonly differences: readonly string[]
}

/** `wanted` makes of a recorded answer the one that this node must give. */
export function playSteps(
  node: OneNode,
  steps: Steps,
  wanted: (step: RecordedStep) => RecordedAnswer,
): readonly PlayedStep[] {
  const saved = new Map([['root', node.rootToken]])
  const played: PlayedStep[] = []
  const times = new Map<string, number>()
  for (const step of steps) {
    if ('sleep' in step) {
      node.pass(milliseconds(step.sleep))
      continue
    }
    const reply = node.send(requestOf(step.request, saved))
    for (const [name, place] of Object.entries(step.save ?? {})) {
      const value = place
        .split('.')
        .reduce<JsonValue | undefined>(
          (inside, key) => (isJsonObject(inside) ? inside[key] : undefined),
          reply.body ?? undefined,
        )
      if (typeof value === 'string') saved.set(name, value)
    }
    const time = (times.get(step.name) ?? 0) + 1
    times.set(step.name, time)
    const label = time === 1 ? step.name : `${step.name} (${time})`
    played.push({ label, differences: compare(wanted(step), reply, saved) })
  }
  return played
}

function requestOf(recorded: RecordedRequest, saved: ReadonlyMap<string, string>): VaultRequest {
  const fill = (text: string): string => text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => saved.get(name) ?? '')
  const headers = Object.entries(recorded.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), fill(value)] as const,
  )
  const header = new Map(headers)
  const named = recorded.token === null ? null : (saved.get(recorded.token) ?? null)
  const bearer = header.get('authorization')?.replace(/^Bearer /, '')
  const [path = '', query = ''] = fill(recorded.path).split('?')
  return vaultRequest(recorded.method, path, {
    token: header.get('x-vault-token') ?? bearer ?? named,
    query: Object.fromEntries(new URLSearchParams(query)),
    body: bodyOf(recorded, fill),
  })
}

function bodyOf(recorded: RecordedRequest, fill: (text: string) => string): RequestBody {
  const text = recorded.raw ?? (recorded.body === undefined ? undefined : fill(JSON.stringify(recorded.body)))
  if (text === undefined) return { kind: 'none' }
  try {
    const value = JSON.parse(text) as JsonValue
    return isJsonObject(value) ? { kind: 'json', value } : { kind: 'bad' }
  } catch {
    return { kind: 'bad' }
  }
}

function compare(wanted: RecordedAnswer, reply: VaultReply, saved: ReadonlyMap<string, string>): readonly string[] {
  const differences: string[] = []
  if (reply.status !== wanted.status) differences.push(`status ${reply.status}, wanted ${wanted.status}`)
  compareValues(wanted.body, reply.body === null ? null : asWritten(reply.body), 'body', saved, differences)
  return differences
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  uuid: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z',
  accessor: '[0-9A-Za-z]{24}',
  'service-token': 'hvs\\.[0-9A-Za-z_-]{90,}',
  'root-token': 'hvs\\.[0-9A-Za-z]{24}',
  'plugin-version': 'v\\d+\\.\\d+\\.\\d+\\+builtin(?:\\.vault)?',
  'batch-token': 'hvb\\.[0-9A-Za-z_-]{100,}',
  hex8: '[0-9a-f]{8}',
  hex64: '[0-9a-f]{64}',
}
const COUNTS_DOWN = /\.(?:ttl|lease_duration)$/
const COUNTED_SECONDS_MAX = 2

function compareValues(
  wanted: JsonValue,
  actual: JsonValue | undefined,
  at: string,
  saved: ReadonlyMap<string, string>,
  differences: string[],
): void {
  const differ = (): void => {
    differences.push(`${at}: ${JSON.stringify(actual)}, wanted ${JSON.stringify(wanted)}`)
  }
  if (typeof wanted === 'string') {
    if (wanted === '<unix>' ? !Number.isInteger(actual) : !matchesText(wanted, actual, saved)) differ()
  } else if (typeof wanted === 'number') {
    const margin = COUNTS_DOWN.test(at) ? COUNTED_SECONDS_MAX : 0
    if (typeof actual !== 'number' || Math.abs(actual - wanted) > margin) differ()
  } else if (isJsonObject(wanted)) {
    if (!isJsonObject(actual)) return differ()
    const keys = Object.keys(wanted)
    // Vault's order of keys is a promise inside `auth` and `data`, and not where `data` is copied to the top.
    const order = (names: readonly string[]): string => (at === 'body' ? [...names].sort() : names).join(', ')
    if (order(keys) !== order(Object.keys(actual)))
      differences.push(`${at} has ${Object.keys(actual).join(', ')}, wanted ${keys.join(', ')}`)
    for (const key of keys) compareValues(wanted[key] ?? null, actual[key], `${at}.${key}`, saved, differences)
  } else if (Array.isArray(wanted)) {
    if (!Array.isArray(actual) || actual.length !== wanted.length) return differ()
    for (const [index, item] of wanted.entries())
      compareValues(item as JsonValue, actual[index] as JsonValue, `${at}[${index}]`, saved, differences)
  } else if (actual !== wanted) differ()
}

function matchesText(wanted: string, actual: JsonValue | undefined, saved: ReadonlyMap<string, string>): boolean {
  const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
  const pattern = wanted
    .split(/(<[\w-]+>|\$\{\w+\})/)
    .map((part) => {
      if (part.startsWith('${')) return escape(saved.get(part.slice(2, -1)) ?? part)
      return PLACEHOLDERS[part.slice(1, -1)] !== undefined && part.startsWith('<')
        ? PLACEHOLDERS[part.slice(1, -1)]
        : escape(part)
    })
    .join('')
  return typeof actual === 'string' && new RegExp(`^${pattern}$`, 's').test(actual)
}
