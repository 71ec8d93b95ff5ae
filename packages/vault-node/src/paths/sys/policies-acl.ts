/** `sys/policies/acl` and `sys/policies/acl/:name`: ACL policies (vault-http-api 3.5). */

import type { PathSpec } from '../../path-spec.ts'
import { deletePolicy, policyNames, readPolicy, writePolicy } from './policy-store.ts'

/** A list only: a plain GET is no operation of this path. */
export const ACL_POLICIES: PathSpec = {
  path: 'policies/acl',
  operations: { list: { on: 'any', handle: (context) => ({ kind: 'keys', keys: policyNames(context) }) } },
}

export const ACL_POLICY: PathSpec = {
  path: 'policies/acl/:name*',
  fields: ['name', 'policy'],
  operations: {
    read: { on: 'any', handle: (context) => readPolicy(context, 'policy') },
    write: { on: 'active', handle: (context) => writePolicy(context, null) },
    delete: { on: 'active', handle: deletePolicy },
  },
}
