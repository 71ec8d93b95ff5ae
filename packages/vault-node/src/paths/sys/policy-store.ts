/**
 * ACL policies in storage: what `sys/policies/acl` and the older `sys/policy` have in common (vault-http-api 3.5).
 * Always holds: only texts that parse are stored, under names in lower case; root is listed last.
 */

import { refused, type Outcome } from '../../outcome.ts'
import {
  DEFAULT_POLICY_NAME,
  IMMUTABLE_POLICIES,
  NON_ASSIGNABLE_POLICIES,
  ROOT_POLICY_NAME,
} from '../../policy/built-in-policies.ts'
import { decodePolicyText, parsePolicy } from '../../policy/parse-policy.ts'
import { put, type RequestContext } from '../../request-context.ts'
import { readString } from '../../request-values.ts'
import type { StoredPolicy } from '../../request/stored-policy.ts'
import { POLICY_FOLDER, policyKey } from '../../storage-keys.ts'

const nameOf = (context: RequestContext): string => (context.params['name'] ?? '').toLowerCase()

export function policyNames(context: RequestContext): readonly string[] {
  const names = context.turn.node.store.list(POLICY_FOLDER)
  return [...names.filter((name) => name !== ROOT_POLICY_NAME && !NON_ASSIGNABLE_POLICIES.has(name)), ROOT_POLICY_NAME]
}

/** The policy's text stands under `field`: `policy`, or `rules` on the older path. */
export function readPolicy(context: RequestContext, field: 'policy' | 'rules'): Outcome {
  const policy = context.turn.node.store.get<StoredPolicy>(policyKey(nameOf(context)))
  if (policy === undefined) return { kind: 'missing' }
  return { kind: 'data', data: { name: policy.name, [field]: policy.text } }
}

/** Stores `policy`; `olderField` is taken when it is not given, with a warning. */
export function writePolicy(context: RequestContext, olderField: 'rules' | null): Outcome {
  const name = nameOf(context)
  const warnings: string[] = []
  if (name !== context.params['name']) warnings.push(`policy name was converted to ${name}`)
  const given = readString(context.data, 'policy')
  if ('error' in given) return refused(400, given.error)
  let written = given.value ?? ''
  if (written === '' && olderField !== null) {
    const older = readString(context.data, olderField)
    if ('error' in older) return refused(400, older.error)
    written = older.value ?? ''
    warnings.push("'rules' is deprecated, please use 'policy' instead")
  }
  if (written === '') return refused(400, "'policy' parameter not supplied or empty")
  const text = decodePolicyText(written)
  const parsed = parsePolicy(name, text)
  if ('error' in parsed) return refused(400, parsed.error)
  if (IMMUTABLE_POLICIES.has(name)) return refused(400, `cannot update "${name}" policy`)
  const policy: StoredPolicy = { name, text }
  put(context, policyKey(name), policy)
  return { kind: 'done', warnings }
}

/** Answers alike whether there was such a policy or not. */
export function deletePolicy(context: RequestContext): Outcome {
  const name = nameOf(context)
  if (IMMUTABLE_POLICIES.has(name)) return refused(400, `cannot delete "${name}" policy`)
  if (name === DEFAULT_POLICY_NAME) return refused(400, 'cannot delete default policy')
  put(context, policyKey(name), null)
  return { kind: 'done' }
}
