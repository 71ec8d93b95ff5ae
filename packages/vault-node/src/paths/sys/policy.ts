/** `sys/policy` and `sys/policy/:name`: ACL policies as older clients ask for them (vault-http-api 3.5). */

import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'
import { deletePolicy, policyNames, readPolicy, writePolicy } from './policy-store.ts'

export const POLICIES: PathSpec = {
  path: 'policy',
  inject: true,
  operations: {
    read: { on: 'any', handle: list },
    list: { on: 'any', handle: list },
  },
}

export const POLICY: PathSpec = {
  path: 'policy/:name*',
  inject: true,
  fields: ['name', 'policy', 'rules'],
  operations: {
    read: { on: 'any', handle: (context) => readPolicy(context, 'rules') },
    write: { on: 'active', handle: (context) => writePolicy(context, 'rules') },
    delete: { on: 'active', handle: deletePolicy },
  },
}

/** The names twice: `policies` is what this path answered first. */
function list(context: RequestContext): Outcome {
  const keys = policyNames(context)
  return { kind: 'data', data: { keys, policies: keys } }
}
