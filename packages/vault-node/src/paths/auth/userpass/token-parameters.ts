/**
 * The `token_*` parameters that roles and users of auth methods have in common (vault-http-api 5.1).
 * Always holds: what is kept can be kept together; `token_bound_cidrs` is kept and shown, and binds nobody, because a request
 * says nothing of where it came from.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Read } from '../../../go-decode.ts'
import { readBool, readFields, readInt, readSeconds, readString, readStringList } from '../../../request-values.ts'
import type { Mount } from '../../../request/mount.ts'
import type { TokenType } from '../../../tokens/token-entry.ts'

/** Lengths in seconds, 0 for "not given". */
export interface TokenParameters {
  readonly boundCidrs: readonly string[]
  readonly explicitMaxTtl: number
  readonly maxTtl: number
  readonly noDefaultPolicy: boolean
  readonly numUses: number
  readonly period: number
  readonly policies: readonly string[]
  readonly ttl: number
  readonly type: 'default' | TokenType
}

export const NO_TOKEN_PARAMETERS: TokenParameters = {
  boundCidrs: [],
  explicitMaxTtl: 0,
  maxTtl: 0,
  noDefaultPolicy: false,
  numUses: 0,
  period: 0,
  policies: [],
  ttl: 0,
  type: 'default',
}

const FIELDS = {
  token_bound_cidrs: readStringList,
  token_explicit_max_ttl: readSeconds,
  token_max_ttl: readSeconds,
  token_no_default_policy: readBool,
  token_num_uses: readInt,
  token_period: readSeconds,
  token_policies: readStringList,
  token_ttl: readSeconds,
  token_type: readString,
} as const

export const TOKEN_PARAMETER_FIELDS: readonly string[] = Object.keys(FIELDS)

/** Accepted texts; the two that say nothing on a role are stored as what they come to, with a warning. */
const TYPES: ReadonlyMap<string, GivenType> = new Map<string, GivenType>([
  ['', { type: 'default' }],
  ['default', { type: 'default' }],
  ['service', { type: 'service' }],
  ['batch', { type: 'batch' }],
  ['default-service', { type: 'service', warning: 'default-service has no useful meaning; adjusting to service' }],
  ['default-batch', { type: 'batch', warning: 'default-batch has no useful meaning; adjusting to batch' }],
])

interface GivenType {
  readonly type: TokenParameters['type']
  readonly warning?: string
}

export interface ReadParameters {
  readonly parameters: TokenParameters
  readonly warnings: readonly string[]
}

/** The parameters with what a request gives. The error is a 400 text. */
export function readTokenParameters(data: JsonObject, before: TokenParameters): Read<ReadParameters> {
  const read = readFields(data, FIELDS)
  if ('error' in read) return read
  const given = read.value
  const type: GivenType | undefined =
    given.token_type === undefined ? { type: before.type } : TYPES.get(given.token_type)
  if (type === undefined) return { error: `invalid 'token_type' value "${given.token_type}"` }
  const parameters: TokenParameters = {
    boundCidrs: given.token_bound_cidrs ?? before.boundCidrs,
    explicitMaxTtl: given.token_explicit_max_ttl ?? before.explicitMaxTtl,
    maxTtl: given.token_max_ttl ?? before.maxTtl,
    noDefaultPolicy: given.token_no_default_policy ?? before.noDefaultPolicy,
    numUses: given.token_num_uses ?? before.numUses,
    period: given.token_period ?? before.period,
    policies: given.token_policies ?? before.policies,
    ttl: given.token_ttl ?? before.ttl,
    type: type.type,
  }
  const contradiction = contradictionIn(parameters)
  if (contradiction !== null) return { error: contradiction }
  return { value: { parameters, warnings: type.warning === undefined ? [] : [type.warning] } }
}

const NOT_BATCH = "'token_type' cannot be 'batch' or 'default_batch' when set to generate"

/** Why batch tokens cannot be given with these parameters; null when they can. */
export function batchContradiction({ period, numUses }: TokenParameters): string | null {
  if (period !== 0) return `${NOT_BATCH} periodic tokens`
  return numUses === 0 ? null : `${NOT_BATCH} tokens with limited use count`
}

function contradictionIn(parameters: TokenParameters): string | null {
  const { type, numUses, ttl, maxTtl } = parameters
  if (numUses < 0) return "'token_num_uses' cannot be negative"
  const ofBatch = type === 'batch' ? batchContradiction(parameters) : null
  if (ofBatch !== null) return ofBatch
  return ttl > 0 && maxTtl > 0 && ttl > maxTtl ? "'token_ttl' cannot be greater than 'token_max_ttl'" : null
}

/** As a read answers them. */
export const shownTokenParameters = (parameters: TokenParameters): JsonObject => ({
  token_bound_cidrs: parameters.boundCidrs,
  token_explicit_max_ttl: parameters.explicitMaxTtl,
  token_max_ttl: parameters.maxTtl,
  token_no_default_policy: parameters.noDefaultPolicy,
  token_num_uses: parameters.numUses,
  token_period: parameters.period,
  token_policies: parameters.policies,
  token_ttl: parameters.ttl,
  token_type: parameters.type,
})

/** Which type of token a login gives: some mounts decide, the others ask the user's own parameter (vault-http-api 5.1). */
export function loginTokenType(mount: Mount, parameters: TokenParameters): TokenType {
  switch (mount.tokenType) {
    case 'service':
    case 'batch':
      return mount.tokenType
    case 'default-service':
      return parameters.type === 'batch' ? 'batch' : 'service'
    case 'default-batch':
      return parameters.type === 'service' ? 'service' : 'batch'
  }
}
