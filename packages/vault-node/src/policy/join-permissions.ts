/**
 * Two rules for the same path become one (vault-http-api 6, duplicate stanzas).
 * Always holds: the result does not depend on the order of the two; a capability of either is in it, unless one denies.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import type { ParameterRules, Permissions } from './policy.ts'

/**
 * Capabilities add up and deny wins. Conditions add up too, so that a rule with conditions restricts one without: Vault
 * takes the shorter of two wrapping limits, all required parameters, and all values that either rule lists.
 */
export function joinPermissions(a: Permissions, b: Permissions): Permissions {
  if (a.capabilities.has('deny')) return a
  if (b.capabilities.has('deny')) return b
  return {
    capabilities: new Set([...a.capabilities, ...b.capabilities]),
    allowedParameters: joinParameters(a.allowedParameters, b.allowedParameters),
    deniedParameters: joinParameters(a.deniedParameters, b.deniedParameters),
    requiredParameters: [...new Set([...a.requiredParameters, ...b.requiredParameters])],
    minWrappingTtl: shorter(a.minWrappingTtl, b.minWrappingTtl),
    maxWrappingTtl: shorter(a.maxWrappingTtl, b.maxWrappingTtl),
  }
}

/** An empty list of values, which means all, stays empty. */
function joinParameters(a: ParameterRules | null, b: ParameterRules | null): ParameterRules | null {
  if (a === null || b === null) return a ?? b
  const joined = new Map<string, readonly JsonValue[]>(a)
  for (const [parameter, values] of b) {
    const known = joined.get(parameter)
    if (known === undefined) joined.set(parameter, values)
    else joined.set(parameter, known.length === 0 || values.length === 0 ? [] : [...known, ...values])
  }
  return joined
}

function shorter<Length extends number>(a: Length | null, b: Length | null): Length | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
