/**
 * The rules of a token's policies together, and what they say of a request (vault-http-api 6).
 * Always holds: one rule alone decides a request, the most specific one, and there is no falling through to the next; policies
 * that speak of the same path were joined beforehand, where deny wins; nothing is allowed that no rule allows.
 */

import type { JsonObject, Micros } from '@fourtwelve/protocol'
import { ROOT_POLICY_NAME } from './built-in-policies.ts'
import { fillTemplate, type PolicyEntity } from './identity-template.ts'
import { joinPermissions } from './join-permissions.ts'
import { allowsParameters } from './parameter-rules.ts'
import { byPriority, matchesPath, pathPattern, type WildcardPattern } from './path-pattern.ts'
import { CAPABILITIES, type Capability, type Permissions, type Policy } from './policy.ts'

/** What the request asks for: each operation needs the capability of its name. Renewing and revoking are updates. */
export type AclOperation = 'read' | 'list' | 'create' | 'update' | 'delete' | 'patch'

export interface AclDecision {
  readonly allowed: boolean
  /** Whether the path is held with `sudo`, which root-protected paths need besides. */
  readonly sudo: boolean
}

interface WildcardRule {
  /** Its place among all rules with wildcards, the most specific first. */
  readonly rank: number
  readonly pattern: WildcardPattern
  readonly permissions: Permissions
}

type JoinedRule = Omit<WildcardRule, 'rank'>

export interface Acl {
  readonly isRoot: boolean
  readonly exact: ReadonlyMap<string, Permissions>
  /** By the first segment that a path must have: so few rules are tried for one request. Each list is in order of rank. */
  readonly wildcards: ReadonlyMap<string, readonly WildcardRule[]>
  /** Rules that ask for no particular first segment. */
  readonly otherWildcards: readonly WildcardRule[]
}

/**
 * Joins policies. A rule whose template has no value for `entity` (null: the token has none) counts for nothing. A policy named
 * `root` allows everything. Should a template's value put `*` after `+`, the ACL cannot be built, and nothing is allowed.
 */
export function compileAcl(policies: readonly Policy[], entity: PolicyEntity | null = null): Acl {
  const exact = new Map<string, Permissions>()
  const wildcards = new Map<string, JoinedRule>()
  for (const rule of policies.flatMap((policy) => policy.rules)) {
    const path = fillTemplate(rule.path, entity)
    if (path === null) continue
    if (path.includes('+*')) return indexed(policies, new Map(), [])
    const pattern = pathPattern(path)
    const known = pattern.kind === 'exact' ? exact.get(pattern.path) : wildcards.get(keyOf(pattern))?.permissions
    const permissions = known === undefined ? rule : joinPermissions(known, rule)
    if (pattern.kind === 'exact') exact.set(pattern.path, permissions)
    else wildcards.set(keyOf(pattern), { pattern, permissions })
  }
  return indexed(policies, exact, [...wildcards.values()])
}

/**
 * Decides a request (vault-http-api 6: match, operation, wrapping limits, parameters); costs about half a microsecond.
 * `path` is without `/v1/`, with its namespace if there is one; slashes in front do not count. `data` is body and query
 * parameters. `wrapTtl` is the TTL of the wrapping that the request asks for, null when it asks for none.
 */
export function decide(
  acl: Acl,
  operation: AclOperation,
  path: string,
  data: JsonObject | null,
  wrapTtl: Micros | null = null,
): AclDecision {
  if (acl.isRoot) return DECISIONS.allowedWithSudo
  const permissions = permissionsFor(acl, path, operation === 'list')
  if (permissions === null) return DECISIONS.refused
  const allowed =
    permissions.capabilities.has(operation) &&
    allowsWrapping(permissions, wrapTtl) &&
    (operation === 'list' || operation === 'delete' || allowsParameters(permissions, data ?? NO_DATA))
  if (permissions.capabilities.has('sudo')) return allowed ? DECISIONS.allowedWithSudo : DECISIONS.refusedWithSudo
  return allowed ? DECISIONS.allowed : DECISIONS.refused
}

/** What `sys/capabilities` tells of a path, sorted; `['root']` for root and `['deny']` for nothing (vault-http-api 3.6). */
export function capabilities(acl: Acl, path: string): readonly (Capability | 'root')[] {
  if (acl.isRoot) return ['root']
  const held = permissionsFor(acl, path, true)?.capabilities
  return held === undefined || held.size === 0 ? ['deny'] : CAPABILITIES.filter((capability) => held.has(capability))
}

/** Decisions are shared, so that deciding allocates nothing. */
const DECISIONS: Readonly<Record<'allowed' | 'allowedWithSudo' | 'refused' | 'refusedWithSudo', AclDecision>> = {
  allowed: { allowed: true, sudo: false },
  allowedWithSudo: { allowed: true, sudo: true },
  refused: { allowed: false, sudo: false },
  refusedWithSudo: { allowed: false, sudo: true },
}

/** The one rule that counts. A list is also judged by the rules for the path without its slash at the end, and by those first. */
function permissionsFor(acl: Acl, written: string, isList: boolean): Permissions | null {
  const path = written.startsWith('/') ? written.replace(/^\/+/, '') : written
  const exact = acl.exact.get(path)
  if (exact !== undefined) return exact
  if (isList && path.endsWith('/')) {
    const trimmed = path.slice(0, -1)
    const found = acl.exact.get(trimmed) ?? wildcardPermissions(acl, trimmed)
    if (found !== null) return found
  }
  return wildcardPermissions(acl, path)
}

function wildcardPermissions(acl: Acl, path: string): Permissions | null {
  const slash = path.indexOf('/')
  const own = slash < 0 ? undefined : acl.wildcards.get(path.slice(0, slash))
  const found = own === undefined ? null : firstMatch(own, path, Number.POSITIVE_INFINITY)
  const better = firstMatch(acl.otherWildcards, path, found?.rank ?? Number.POSITIVE_INFINITY)
  return (better ?? found)?.permissions ?? null
}

/** The most specific rule that matches, of those before a rank. */
function firstMatch(rules: readonly WildcardRule[], path: string, before: number): WildcardRule | null {
  for (const rule of rules) {
    if (rule.rank >= before) return null
    if (matchesPath(rule.pattern, path)) return rule
  }
  return null
}

/** A limit asks for wrapping: without any, the request is refused. */
function allowsWrapping({ minWrappingTtl, maxWrappingTtl }: Permissions, wrapTtl: Micros | null): boolean {
  if (minWrappingTtl === null && maxWrappingTtl === null) return true
  if (wrapTtl === null) return false
  return (
    (minWrappingTtl === null || wrapTtl >= minWrappingTtl) && (maxWrappingTtl === null || wrapTtl <= maxWrappingTtl)
  )
}

const NO_DATA: JsonObject = {}

/** Two rules speak of the same path when they are written alike, with `*` at the end or without. */
const keyOf = (pattern: WildcardPattern): string => (pattern.isPrefix ? `${pattern.path}*` : pattern.path)

/** Ranks the rules with wildcards and puts those with a fixed first segment under it. */
function indexed(
  policies: readonly Policy[],
  exact: ReadonlyMap<string, Permissions>,
  rules: readonly JoinedRule[],
): Acl {
  const ranked = rules.toSorted((a, b) => byPriority(a.pattern, b.pattern)).map((rule, rank) => ({ ...rule, rank }))
  const wildcards = new Map<string, WildcardRule[]>()
  const otherWildcards: WildcardRule[] = []
  for (const rule of ranked) {
    const segment = firstSegment(rule.pattern)
    const list = segment === null ? otherWildcards : (wildcards.get(segment) ?? [])
    list.push(rule)
    if (segment !== null) wildcards.set(segment, list)
  }
  return { isRoot: policies.some((policy) => policy.name === ROOT_POLICY_NAME), exact, wildcards, otherWildcards }
}

/** The first segment that all matching paths have; null when they differ. */
function firstSegment({ path }: WildcardPattern): string | null {
  const slash = path.indexOf('/')
  const segment = slash < 0 ? null : path.slice(0, slash)
  return segment === '+' ? null : segment
}
