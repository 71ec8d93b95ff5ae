/**
 * Broken: a standby obeys forwarding headers though its configuration forbids them.
 * Must be caught by: `forwarding-has-a-licence`.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Decide = (node: NodeState, crypto: CryptoPort, request: unknown) => unknown

export const HEADER_FLAG_IGNORED: Mutant = defineMutant<Decide>({
  name: 'header-flag-ignored',
  breaks: 'A standby obeys forwarding headers though its configuration forbids them.',
  law: 'forwarding-has-a-licence',
  reference: 'M12',
  package: 'vault-node',
  file: 'request/header-forwarding',
  replaces: 'decideByHeaders',
  by: (original) => (node, crypto, request) => {
    const replication = { ...node.config.replication, allow_forwarding_via_header: true }
    return original({ ...node, config: { ...node.config, replication } }, crypto, request)
  },
})
