/**
 * Who asks? The token's own index, the token itself, its uses (vault-consistency 0.E4 and E5).
 * Always holds: a use is counted before policies are looked at, so a refused request costs one too; only the active node
 * counts, so a standby forwards every request of a token with a use count.
 */

import type { ForwardCause } from '@fourtwelve/protocol'
import { isStorageFull, STORAGE_FULL } from '../log/storage-full.ts'
import { findToken, LEASE_MISSING } from '../tokens/find-token.ts'
import type { PresentedToken } from '../tokens/presented-token.ts'
import { queueRevocation } from '../tokens/revoke-job.ts'
import { USES_SPENT } from '../tokens/token-entry.ts'
import { tokenKey } from '../storage-keys.ts'
import { write, type Turn } from '../turn.ts'
import type { OpenRequest } from './open-request.ts'
import { twoErrors } from './envelope.ts'
import { MISSING_STATE } from './state-gate.ts'
import { tokenGate } from './token-gate.ts'

export type Authentication =
  | { readonly kind: 'accepted'; readonly token: PresentedToken; readonly lastUse: boolean }
  | { readonly kind: 'forward'; readonly cause: ForwardCause }
  /** `looked`: the answer tells of what is stored, so it leaves the active node only when a majority has that. */
  | { readonly kind: 'refused'; readonly looked: boolean; readonly status: number; readonly error: string }

type Refused = Extract<Authentication, { kind: 'refused' }>

const atOnce = (status: number, error: string): Refused => ({ kind: 'refused', looked: false, status, error })
const afterLook = (status: number, error: string): Refused => ({ kind: 'refused', looked: true, status, error })

export const CHECK_WITHOUT_LEASE: Refused = afterLook(500, `error performing token check: ${LEASE_MISSING}`)

export function authenticate(turn: Turn, open: OpenRequest): Authentication {
  const { node, crypto, now } = turn
  const presented = open.request.token
  if (presented === null || presented === '') return atOnce(403, 'permission denied')
  const gate = gateRefusal(turn, presented)
  if (gate !== null) return gate
  const found = findToken(node, crypto, now, presented)
  switch (found.kind) {
    case 'found':
      return countUse(turn, open, found.token)
    case 'lease-missing':
      return CHECK_WITHOUT_LEASE
    case 'lease-lost':
      queueRevocation(node, found.saltedId)
      return afterLook(403, invalidToken(turn))
    case 'absent':
      return afterLook(403, invalidToken(turn))
  }
}

/** What the token's own index forbids; null when it may be looked up. */
export function gateRefusal(turn: Turn, presented: string): Exclude<Authentication, { kind: 'accepted' }> | null {
  const decision = tokenGate(turn.node, turn.crypto, presented)
  switch (decision.kind) {
    case 'accept':
      return null
    case 'forward':
      return { kind: 'forward', cause: 'new-token' }
    case 'missing-state':
      return atOnce(412, MISSING_STATE)
    case 'bad-token':
      return turn.node.config.switches.bad_token === '500'
        ? atOnce(500, decision.dump)
        : atOnce(403, invalidToken(turn))
  }
}

const invalidToken = (turn: Turn): string =>
  turn.node.config.switches.invalid_token_text === 'two-errors'
    ? twoErrors('permission denied', 'invalid token')
    : 'permission denied'

function countUse(turn: Turn, open: OpenRequest, token: PresentedToken): Authentication {
  const { entry } = token
  if (entry.numUses <= 0) return { kind: 'accepted', token, lastUse: false }
  if (turn.node.role !== 'active') return { kind: 'forward', cause: 'limited-use' }
  if (isStorageFull(turn.node)) return atOnce(STORAGE_FULL.status, STORAGE_FULL.error)
  const numUses = entry.numUses === 1 ? USES_SPENT : entry.numUses - 1
  const used = { ...entry, numUses }
  write(turn, open.id, tokenKey(entry.saltedId), used)
  return { kind: 'accepted', token: { ...token, entry: used }, lastUse: numUses === USES_SPENT }
}
