/**
 * What auth/token/create decides before it makes a token: Vault's sequence of checks, in its order (vault-http-api 2.3).
 * Always holds: nothing is written; the first refusal ends it; the same parent, body and state give the same plan, so that a
 * standby may plan on its own state before the active node plans again on its own.
 */

import { MICROS_PER_SECOND, type JsonObject, type Micros } from '@fourtwelve/protocol'
import { isReadError, parseGoDuration, parseMicros, type Read } from '../go-decode.ts'
import type { Outcome } from '../outcome.ts'
import { decodeCreateRequest, type CreateRequest } from './create-request.ts'
import type { NewToken } from './new-token.ts'
import { choosePolicies } from './plan-policies.ts'
import { USES_SPENT, type TokenEntry, type TokenType } from './token-entry.ts'
import { calculateTtl, type TtlLimits } from './ttl.ts'

export interface CreateCircumstances {
  /** The whole path of the request: it becomes the token's `path`. */
  readonly path: string
  /** create-orphan: `no_parent` is not asked. */
  readonly orphan: boolean
  /** Whether the parent has sudo on the path; root has. */
  readonly sudo: boolean
  readonly now: Micros
  readonly limits: TtlLimits
  readonly policyExists: (name: string) => boolean
  readonly idTaken: (id: string) => boolean
}

type Refusal = Extract<Outcome, { readonly kind: 'refused' }>

export type TokenPlan =
  | { readonly kind: 'planned'; readonly token: NewToken; readonly warnings: readonly string[] }
  | Refusal

/** Errors: 400, bare, with Vault's texts. */
export function planToken(parent: TokenEntry, data: JsonObject, how: CreateCircumstances): TokenPlan {
  const plan = planInOrder(parent, data, how)
  return 'error' in plan ? { kind: 'refused', status: 400, error: plan.error } : plan.value
}

type Planned = Extract<TokenPlan, { readonly kind: 'planned' }>

/** Token roles take part between the parent's checks and the type, and at policies, orphans and lengths: Vault asks them there. */
function planInOrder(parent: TokenEntry, data: JsonObject, how: CreateCircumstances): Read<Planned> {
  const barred = parentDefect(parent)
  if (barred !== null) return { error: barred }
  const decoded = decodeCreateRequest(data)
  if (isReadError(decoded)) return decoded
  const request = decoded.value
  const type = chooseType(request)
  if (isReadError(type)) return type
  const unfit = requestDefect(request, how)
  if (unfit !== null) return { error: unfit }
  const policies = choosePolicies(parent, request, type.value, how.sudo)
  if (isReadError(policies)) return policies
  if (request.noParent && !how.orphan && !how.sudo) {
    return { error: 'root or sudo privileges required to create orphan token' }
  }
  const lengths = chooseLengths(parent, request, policies.value, how)
  if (isReadError(lengths)) return lengths
  const badId = type.value === 'service' && request.id !== '' ? idDefect(request.id, how) : null
  if (badId !== null) return { error: badId }
  return { value: assemble(parent, request, type.value, policies.value, lengths.value, how) }
}

function assemble(
  parent: TokenEntry,
  request: CreateRequest,
  type: TokenType,
  policies: readonly string[],
  { ttl, explicitMaxTtl, period, warnings }: Lengths,
  how: CreateCircumstances,
): Planned {
  const orphan = how.orphan || request.noParent
  const token: NewToken = {
    type,
    customId: type === 'service' && request.id !== '' ? request.id : null,
    parent: orphan ? '' : parent.saltedId,
    policies,
    path: how.path,
    meta: request.meta,
    displayName: displayNameOf(request),
    numUses: request.numUses,
    ttl,
    maxTtl: 0,
    explicitMaxTtl,
    period,
    // A token that never ends refuses renewals, so it does not promise them.
    renewable: type === 'service' && request.renewable && ttl !== 0,
    leased: type === 'service',
    entityId: orphan ? '' : parent.entityId,
  }
  const ofId = request.id === '' ? [] : [CUSTOM_ID_WARNING]
  const ofPolicies = policies.filter((name) => !how.policyExists(name)).map((name) => `Policy "${name}" does not exist`)
  return { kind: 'planned', token, warnings: [...warnings, ...ofId, ...ofPolicies] }
}

const CUSTOM_ID_WARNING =
  'Supplying a custom ID for the token uses the weaker SHA1 hashing instead of the more secure SHA2-256 HMAC for token obfuscation. SHA1 hashed tokens on the wire leads to less secure lookups.'

function parentDefect(parent: TokenEntry): string | null {
  // A parent that spent its last use with this very request is no longer found.
  if (parent.numUses === USES_SPENT) return 'parent token lookup failed: no parent found'
  if (parent.type === 'batch') return 'batch tokens cannot create more tokens'
  // A child could outlive the count.
  if (parent.numUses > 0) return 'restricted use token cannot generate child tokens'
  return null
}

function chooseType(request: CreateRequest): Read<TokenType> {
  if (request.type === '' || request.type === 'service') return { value: 'service' }
  if (request.type !== 'batch') return { error: "invalid 'token_type' value" }
  const limit = batchDefect('explicit_max_ttl', request.explicitMaxTtl)
  if (limit !== null) return { error: limit }
  if (request.numUses !== 0) return { error: 'batch tokens cannot have "num_uses" set' }
  const period = batchDefect('period', request.period)
  return period === null ? { value: 'batch' } : { error: period }
}

function batchDefect(field: string, text: string): string | null {
  const length = parseMicros(text)
  if (isReadError(length)) return `"${field}" value could not be parsed`
  return length.value === 0 ? null : `batch tokens cannot have "${field}" set`
}

function requestDefect(request: CreateRequest, how: CreateCircumstances): string | null {
  if (request.numUses < 0) return 'number of uses cannot be negative'
  if (request.entityAlias !== '') return "'entity_alias' is only allowed in combination with token role"
  if (request.id !== '' && !how.sudo) return 'root or sudo privileges required to specify token id'
  return null
}

/** What Vault checks only when it stores the token, after everything else. */
function idDefect(id: string, how: CreateCircumstances): string | null {
  if (id.startsWith('hvs.')) return "custom token ID cannot have the 'hvs.' prefix"
  if (id.startsWith('s.')) return "custom token ID cannot have the 's.' prefix"
  if (id.includes('.')) return "custom token ID cannot have a '.' in the value"
  return how.idTaken(id) ? 'cannot create a token with a duplicate ID' : null
}

interface Lengths {
  readonly ttl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly warnings: readonly string[]
}

function chooseLengths(
  parent: TokenEntry,
  request: CreateRequest,
  policies: readonly string[],
  how: CreateCircumstances,
): Read<Lengths> {
  const explicitMax = lengthOf('explicit_max_ttl', parseMicros(request.explicitMaxTtl))
  if (isReadError(explicitMax)) return explicitMax
  const period = lengthOf('period', parseMicros(request.period))
  if (isReadError(period)) return period
  if (period.value > 0 && !how.sudo) return { error: 'root or sudo privileges required to create periodic token' }
  const ttl = wantedTtl(request)
  if (isReadError(ttl)) return ttl

  // Written out below: an object that is spread and then gets more properties costs V8 half a microsecond for each of them.
  const explicitMaxTtl = explicitMax.value
  const root = policies.includes('root')
  if (root && ttl.value === 0 && period.value === 0) {
    // A root token is still bound by an explicit maximum; without one it never ends.
    if (explicitMax.value === 0 && parent.ttl !== 0) {
      return { error: 'expiring root tokens cannot create non-expiring root tokens' }
    }
    return { value: { ttl: explicitMaxTtl, explicitMaxTtl, period: period.value, warnings: [] } }
  }
  const { now, limits } = how
  const grant = calculateTtl(limits, {
    explicitMaxTtl,
    period: period.value,
    increment: ttl.value,
    backendTtl: 0,
    backendMaxTtl: 0,
    issueTime: now,
    now,
  })
  if (grant.kind === 'past-max')
    throw new Error(`a new token of ${ttl.value} s is past its maximum: check the mount's limits`)
  return { value: { ttl: grant.ttl, explicitMaxTtl, period: period.value, warnings: grant.warnings } }
}

function wantedTtl(request: CreateRequest): Read<number> {
  if (request.ttl !== '') return lengthOf('ttl', parseMicros(request.ttl))
  return request.lease === '' ? { value: 0 } : lengthOf('lease', parseGoDuration(request.lease))
}

/** Whole seconds. A fraction of a second counts as one: 0 would mean "not given". */
function lengthOf(field: string, length: Read<number>): Read<number> {
  if (isReadError(length)) return length
  if (length.value < 0) return { error: `${field} must be positive` }
  return { value: length.value === 0 ? 0 : Math.max(1, Math.trunc(length.value / MICROS_PER_SECOND)) }
}

function displayNameOf(request: CreateRequest): string {
  if (request.displayName === '') return 'token'
  return `token-${request.displayName}`.replaceAll(/[^a-zA-Z0-9-]/gu, '-').replace(/-$/, '')
}
