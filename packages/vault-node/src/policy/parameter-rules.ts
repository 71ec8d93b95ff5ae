/**
 * What a rule says of a request's parameters (vault-http-api 6, parameters), in the way of Vault up to 1.20: a list in a request is one
 * value, not many.
 * Always holds: a denied value is refused even where it is also allowed.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import type { ParameterRules, Permissions } from './policy.ts'

type ParameterPermissions = Pick<Permissions, 'allowedParameters' | 'deniedParameters' | 'requiredParameters'>

/** Whether the request's data is within the rule. Names of parameters are compared in lower case. */
export function allowsParameters(rule: ParameterPermissions, data: JsonObject): boolean {
  // Most rules say nothing of parameters, and then the data need not be looked at.
  if (rule.allowedParameters === null && rule.deniedParameters === null && rule.requiredParameters.length === 0)
    return true
  if (!rule.requiredParameters.every((parameter) => Object.hasOwn(data, parameter.toLowerCase()))) return false
  const parameters = Object.entries(data)
  if (parameters.length === 0) return true
  if (rule.deniedParameters !== null && denies(rule.deniedParameters, parameters)) return false
  return rule.allowedParameters === null || allows(rule.allowedParameters, parameters)
}

/** In a rule's list of parameters, this stands for all of them. */
const ANY_PARAMETER = '*'

type Parameters = readonly (readonly [string, JsonValue])[]

function denies(denied: ParameterRules, parameters: Parameters): boolean {
  if (denied.has(ANY_PARAMETER)) return true
  return parameters.some(([name, value]) => {
    const values = denied.get(name.toLowerCase())
    return values !== undefined && isListed(value, values)
  })
}

function allows(allowed: ParameterRules, parameters: Parameters): boolean {
  if (allowed.size === 0) return true
  const allowsOthers = allowed.has(ANY_PARAMETER)
  if (allowsOthers && allowed.size === 1) return true
  return parameters.every(([name, value]) => {
    const values = allowed.get(name.toLowerCase())
    return values === undefined ? allowsOthers : isListed(value, values)
  })
}

/** An empty list has every value. A text in the list may begin or end with `*`. */
const isListed = (value: JsonValue, list: readonly JsonValue[]): boolean =>
  list.length === 0 ||
  list.some((listed) =>
    typeof listed === 'string' && typeof value === 'string' ? matchesGlob(listed, value) : isSame(listed, value),
  )

function matchesGlob(glob: string, text: string): boolean {
  if (glob.length < 2) return glob === text
  const isOpenAtStart = glob.startsWith('*')
  const isOpenAtEnd = glob.endsWith('*')
  if (isOpenAtStart && isOpenAtEnd) return text.includes(glob.slice(1, -1))
  if (isOpenAtStart) return text.endsWith(glob.slice(1))
  return isOpenAtEnd ? text.startsWith(glob.slice(0, -1)) : glob === text
}

/**
 * Equal all the way down, without wildcards. A number never equals a number: Vault compares the policy's integer with the
 * request's undecoded number, and users work around it with an empty list.
 */
function isSame(listed: JsonValue, value: JsonValue): boolean {
  if (typeof listed === 'number') return false
  if (Array.isArray(listed)) {
    return (
      Array.isArray(value) &&
      listed.length === value.length &&
      listed.every((element, i) => isSame(element, value[i] ?? null))
    )
  }
  if (!isJsonObject(listed)) return listed === value
  if (!isJsonObject(value)) return false
  const entries = Object.entries(listed)
  return (
    entries.length === Object.keys(value).length &&
    entries.every(([key, element]) => Object.hasOwn(value, key) && isSame(element, value[key] ?? null))
  )
}
