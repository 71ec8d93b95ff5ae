/**
 * Broken: the active node believes a standby that a forwarded token lives.
 * Must be caught by: `forwarded-once-and-authorised-again`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Open {
  readonly origin: { readonly kind: string }
  readonly request: { readonly token: string | null }
}
interface Authentication {
  readonly kind: string
  readonly status?: number
}
type Authenticate = (turn: { readonly node: NodeState }, open: Open) => Authentication

/** Tokens that each node has accepted once. */
const KNOWN = new WeakMap<NodeState, Map<string, Authentication>>()

export const FORWARDED_WITHOUT_CHECK: Mutant = defineMutant<Authenticate>({
  name: 'forwarded-without-check',
  breaks: 'The active node believes a standby that a forwarded token lives.',
  law: 'forwarded-once-and-authorised-again',
  reference: 'M20',
  package: 'vault-node',
  file: 'request/authenticate',
  replaces: 'authenticate',
  by: (original) => (turn, open) => {
    const { node } = turn
    const token = open.request.token ?? ''
    const decided = original(turn, open)
    const known = KNOWN.get(node) ?? new Map<string, Authentication>()
    KNOWN.set(node, known)
    if (decided.kind === 'accepted') known.set(token, decided)
    const isBelieved = open.origin.kind === 'standby' && decided.kind === 'refused' && decided.status === 403
    return isBelieved ? (known.get(token) ?? decided) : decided
  },
})
