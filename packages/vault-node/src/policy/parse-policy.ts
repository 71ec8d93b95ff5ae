/**
 * Parses the text of an ACL policy, HCL or JSON (vault-http-api 6, grammar), with the error texts of vault-http-api 3.5.
 * Always holds: any text gives a policy or an error text that begins with `failed to parse policy: `; nothing throws.
 */

import { fromBase64, fromUtf8, micros, type JsonValue, type Micros } from '@fourtwelve/protocol'
import { parseMicros } from '../go-decode.ts'
import { HclDecoder } from './decode-hcl.ts'
import { goTypeOf, withoutFirstKey } from './hcl-fields.ts'
import { goQuote } from './go-quote.ts'
import type { HclDocument, HclItem } from './hcl-syntax.ts'
import { isBalancedTemplate } from './identity-template.ts'
import { parseHclJson } from './parse-hcl-json.ts'
import { parseHcl } from './parse-hcl.ts'
import { withoutLeadingSlash } from './path-pattern.ts'
import { CAPABILITIES, type Capability, type PathRule, type Policy } from './policy.ts'

/** The longest text that is parsed, in UTF-16 units: what one storage entry of Vault holds. */
export const MAX_POLICY_LENGTH = 1_048_576

export interface PolicyDefect {
  /** The whole text of the 400 answer. */
  readonly error: string
}

export const isPolicyDefect = (parsed: Policy | PolicyDefect): parsed is PolicyDefect => 'error' in parsed

/** Parses `text` as the policy `name`. A name inside the text is checked and ignored, as Vault does. */
export function parsePolicy(name: string, text: string): Policy | PolicyDefect {
  const rules = parseRules(text)
  return typeof rules === 'string' ? { error: `failed to parse policy: ${rules}` } : { name, text, rules }
}

/** What a client gave as `policy`: base64 is decoded, anything else is the text itself (vault-http-api 3.5). */
export function decodePolicyText(given: string): string {
  const bytes = fromBase64(given.replaceAll(/[\r\n]/g, ''))
  return (bytes === null ? null : fromUtf8(bytes)) ?? given
}

const TOP_LEVEL_KEYS: ReadonlySet<string> = new Set(['name', 'path'])
const PATH_KEYS: ReadonlySet<string> = new Set([
  'comment',
  'policy',
  'capabilities',
  'allowed_parameters',
  'denied_parameters',
  'required_parameters',
  'min_wrapping_ttl',
  'max_wrapping_ttl',
  'mfa_methods',
  'control_group',
  'subscribe_event_types',
])

/** What older policies say with `policy = "write"` instead of capabilities. */
const OLD_POLICIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['read', ['read', 'list']],
  ['write', ['create', 'read', 'update', 'delete', 'list']],
  ['sudo', ['create', 'read', 'update', 'delete', 'list', 'sudo']],
])

/** The rules, or an error text. */
function parseRules(text: string): readonly PathRule[] | string {
  if (text.length > MAX_POLICY_LENGTH) return `longer than ${MAX_POLICY_LENGTH} characters`
  const document = parseDocument(text)
  if (document.kind === 'error') return document.error
  const unknown = unknownKeys(document.items, TOP_LEVEL_KEYS)
  if (unknown.length > 0) return severalErrors(unknown)
  const decoder = new HclDecoder()
  decoder.text(document.items, 'name', 'root.name')
  if (decoder.error !== null) return decoder.error

  const rules: PathRule[] = []
  for (const stanza of withoutFirstKey(document.items, 'path')) {
    const rule = parseStanza(stanza)
    if (typeof rule === 'string') return rule
    rules.push(rule)
  }
  return rules
}

/** A text whose first character is a brace is JSON. */
const parseDocument = (text: string): HclDocument =>
  /^[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/.test(text)
    ? parseHclJson(text)
    : parseHcl(text)

function parseStanza({ keys, value }: HclItem): PathRule | string {
  const path = keys[0]?.name ?? 'path'
  if (!isBalancedTemplate(path)) return 'failed to validate policy templating: unbalanced templating characters'
  const prefix = `path ${goQuote(path)}:`
  if (value.kind !== 'object') return `${prefix} cannot check HCL keys of type ${goTypeOf(value)}`
  const unknown = unknownKeys(value.items, PATH_KEYS)
  if (unknown.length > 0) return severalErrors(unknown.map((problem) => `${prefix} ${problem}`))
  return decodeStanza(path, prefix, value.items)
}

/** Reads the fields in the order in which Vault does, so that of several errors the same one is told. */
function decodeStanza(path: string, prefix: string, items: readonly HclItem[]): PathRule | string {
  const decoder = new HclDecoder()
  const oldPolicy = decoder.text(items, 'policy', 'root.Policy')
  const listed = decoder.texts(items, 'capabilities', 'root.Capabilities') ?? []
  const wrappingTtls = {
    min_wrapping_ttl: decoder.value(items, 'min_wrapping_ttl', 'root.min_wrapping_ttl'),
    max_wrapping_ttl: decoder.value(items, 'max_wrapping_ttl', 'root.max_wrapping_ttl'),
  }
  const allowedParameters = decoder.parameters(items, 'allowed_parameters', 'root.allowed_parameters')
  const deniedParameters = decoder.parameters(items, 'denied_parameters', 'root.denied_parameters')
  const requiredParameters = decoder.texts(items, 'required_parameters', 'root.required_parameters') ?? []
  decoder.texts(items, 'mfa_methods', 'root.mfa_methods')
  decoder.texts(items, 'subscribe_event_types', 'root.subscribe_event_types')
  if (decoder.error !== null) return `${prefix} ${decoder.error}`

  const stripped = withoutLeadingSlash(path)
  if (stripped.includes('+*')) return `path ${goQuote(stripped)}: invalid use of wildcards ('+*' is forbidden)`
  const names = oldPolicy === null || oldPolicy === '' ? listed : withOldPolicy(listed, oldPolicy)
  if (names === null) return `${prefix} invalid policy ${goQuote(oldPolicy ?? '')}`
  const capabilities = capabilitiesOf(names)
  if (typeof capabilities === 'string') return `${prefix} invalid capability ${goQuote(capabilities)}`
  if (capabilities.has('deny')) return denial(path)

  const limits = wrappingLimits(wrappingTtls)
  if (typeof limits === 'string') return limits
  return { path, capabilities, allowedParameters, deniedParameters, requiredParameters, ...limits }
}

const denial = (path: string): PathRule => ({
  path,
  capabilities: new Set(['deny']),
  allowedParameters: null,
  deniedParameters: null,
  requiredParameters: [],
  minWrappingTtl: null,
  maxWrappingTtl: null,
})

/** Null for an old policy that Vault does not know. */
function withOldPolicy(listed: readonly string[], oldPolicy: string): readonly string[] | null {
  if (oldPolicy === 'deny') return ['deny']
  const granted = OLD_POLICIES.get(oldPolicy)
  return granted === undefined ? null : [...listed, ...granted]
}

/** The capabilities, `deny` alone if it is among them; or the first name that is none. What follows a `deny` is not looked at. */
function capabilitiesOf(names: readonly string[]): ReadonlySet<Capability> | string {
  const capabilities = new Set<Capability>()
  for (const name of names) {
    const capability = CAPABILITIES.find((known) => known === name)
    if (capability === undefined) return name
    if (capability === 'deny') return new Set<Capability>(['deny'])
    capabilities.add(capability)
  }
  return capabilities
}

interface WrappingLimits {
  readonly minWrappingTtl: Micros | null
  readonly maxWrappingTtl: Micros | null
}

function wrappingLimits(
  given: Readonly<Record<'min_wrapping_ttl' | 'max_wrapping_ttl', JsonValue | undefined>>,
): WrappingLimits | string {
  const shortest = wrappingTtl(given.min_wrapping_ttl)
  if (typeof shortest === 'string') return `error parsing min_wrapping_ttl: ${shortest}`
  const longest = wrappingTtl(given.max_wrapping_ttl)
  if (typeof longest === 'string') return `error parsing max_wrapping_ttl: ${longest}`
  if (shortest > 0 && longest > 0 && longest < shortest) return 'max_wrapping_ttl cannot be less than min_wrapping_ttl'
  return { minWrappingTtl: shortest > 0 ? shortest : null, maxWrappingTtl: longest > 0 ? longest : null }
}

/** A number or numeric text is seconds, other text has Go's units; none is 0, which is no limit. A text is what is wrong. */
function wrappingTtl(given: JsonValue | undefined): Micros | string {
  const duration = parseMicros(typeof given === 'number' ? Math.trunc(given) : (given ?? null))
  if ('error' in duration) return duration.error
  return Number.isSafeInteger(Math.round(duration.value)) ? micros(duration.value) : OVERFLOW
}

const OVERFLOW = 'multiplication of durations resulted in overflow, one operand may be too large'

const unknownKeys = (items: readonly HclItem[], known: ReadonlySet<string>): readonly string[] =>
  items
    .filter((item) => !known.has(item.keys[0]?.name ?? ''))
    .map((item) => `invalid key ${goQuote(item.keys[0]?.name ?? '')} on line ${item.assignLine}`)

/** Vault's wrapper around several errors (vault-http-api 1.6), also when there is only one. */
const severalErrors = (errors: readonly string[]): string =>
  `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:\n${errors.map((error) => `\t* ${error}\n`).join('')}\n`
