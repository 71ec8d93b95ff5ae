/** `sys/namespaces`: a cluster has the root namespace alone, and that is in no list (vault-http-api 3.10). */

import type { PathSpec } from '../../path-spec.ts'
import { enterpriseOnly } from './enterprise-only.ts'

export const NAMESPACES: PathSpec = {
  path: 'namespaces',
  operations: { list: { on: 'any', handle: enterpriseOnly(() => ({ kind: 'keys', keys: [] })) } },
}
