/** `sys/init`: a cluster is initialized from its founding on, and only once (vault-http-api 3.2). */

import { refused } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'

export const INIT: PathSpec = {
  path: 'init',
  operations: {
    read: { on: 'any', handle: () => ({ kind: 'plain', status: 200, body: { initialized: true } }) },
    write: { on: 'any', handle: () => refused(400, 'Vault is already initialized') },
  },
}
