/** Which policies a child token gets (vault-http-api 2.3, step 10). */

import type { Read } from '../go-decode.ts'
import { NON_ASSIGNABLE_POLICIES, normalizePolicyNames } from '../policy/built-in-policies.ts'
import type { CreateRequest } from './create-request.ts'
import { isRoot, type TokenEntry, type TokenType } from './token-entry.ts'

export function choosePolicies(
  parent: TokenEntry,
  request: CreateRequest,
  type: TokenType,
  sudo: boolean,
): Read<readonly string[]> {
  const wanted = wantedPolicies(parent, request, sudo)
  if ('error' in wanted) return wanted
  // Stripped even when it was asked for by name, or inherited.
  const policies = request.noDefaultPolicy ? wanted.value.filter((name) => name !== 'default') : wanted.value
  const reserved = policies.find((name) => NON_ASSIGNABLE_POLICIES.has(name))
  if (reserved !== undefined) return { error: `cannot assign policy "${reserved}"` }
  if (policies.includes('root')) {
    if (!isRoot(parent)) return { error: 'root tokens may not be created without parent token being root' }
    // Nobody could ever revoke it.
    if (type === 'batch') return { error: 'batch tokens cannot be root tokens' }
  }
  return { value: policies }
}

function wantedPolicies(parent: TokenEntry, request: CreateRequest, sudo: boolean): Read<readonly string[]> {
  if (request.policies.length === 0) return { value: normalizePolicyNames(parent.policies, false) }
  if (sudo) return { value: normalizePolicyNames(request.policies, !request.noDefaultPolicy) }
  const held = normalizePolicyNames(parent.policies, false)
  if (!normalizePolicyNames(request.policies, false).every((name) => held.includes(name))) {
    return { error: 'child policies must be subset of parent' }
  }
  return { value: normalizePolicyNames(request.policies, !request.noDefaultPolicy && held.includes('default')) }
}
