/**
 * A policy after parsing: rules in the order of its text.
 * Always holds: a rule that denies has `deny` as its only capability and no conditions.
 */

import type { JsonValue, Micros } from '@fourtwelve/protocol'

/** Vault's capabilities, sorted as `sys/capabilities` lists them (vault-http-api 3.6). */
export const CAPABILITIES = [
  'create',
  'delete',
  'deny',
  'list',
  'patch',
  'read',
  'subscribe',
  'sudo',
  'update',
] as const

export type Capability = (typeof CAPABILITIES)[number]

/** Parameter names in lower case, each with the values it may (or may not) have; an empty list means any value. */
export type ParameterRules = ReadonlyMap<string, readonly JsonValue[]>

/** What one rule says of one path. */
export interface Permissions {
  readonly capabilities: ReadonlySet<Capability>
  /** Null when the rule says nothing of parameters. */
  readonly allowedParameters: ParameterRules | null
  readonly deniedParameters: ParameterRules | null
  readonly requiredParameters: readonly string[]
  /** Null when any response, wrapped or not, will do. */
  readonly minWrappingTtl: Micros | null
  readonly maxWrappingTtl: Micros | null
}

/** A `path` stanza. `path` is as written: with wildcards, templates and perhaps a slash in front. */
export interface PathRule extends Permissions {
  readonly path: string
}

export interface Policy {
  readonly name: string
  /** The text it was parsed from: what a read of the policy gives back. */
  readonly text: string
  readonly rules: readonly PathRule[]
}
