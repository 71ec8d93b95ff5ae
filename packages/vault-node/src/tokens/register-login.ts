/**
 * From a successful login to its token (vault-http-api 5.1). A service token is registered on the active node, for its own
 * clients and for standbys; a batch token is sealed on the node where its user logged in.
 * Always holds: a login's token is an orphan and belongs to an entity; it is never root.
 */

import { ensureEntity } from '../identity/entity.ts'
import type { RequestId } from '../event.ts'
import type { ActiveResult } from '../peers/peer-message.ts'
import { normalizePolicyNames } from '../policy/built-in-policies.ts'
import type { Mount } from '../request/mount.ts'
import { mountKey } from '../storage-keys.ts'
import type { Turn } from '../turn.ts'
import { grantToken } from './grant-token.ts'
import type { LoginDraft } from './login-draft.ts'
import type { NewToken } from './new-token.ts'
import { calculateTtl, limitsOf } from './ttl.ts'

/** Stores the token of a login, and its user's entity when that is new. Only on the active node. */
export function registerLogin(turn: Turn, request: RequestId, draft: LoginDraft): ActiveResult {
  const refusal = refuseRoot(draft)
  return refusal ?? grantLogin(turn, request, draft, ensureEntity(turn, request, draft.alias))
}

/** Seals the batch token of a login: nothing is written. */
export function sealLogin(turn: Turn, draft: LoginDraft, entityId: string): ActiveResult {
  const refusal = refuseRoot(draft)
  // The request's number would stand in the log, but a batch token writes none.
  return refusal ?? grantLogin(turn, 0, draft, entityId)
}

const refuseRoot = (draft: LoginDraft): ActiveResult | null =>
  policiesOf(draft).includes('root')
    ? { kind: 'refused', status: 400, error: 'auth methods cannot create root tokens' }
    : null

const policiesOf = (draft: LoginDraft): readonly string[] =>
  normalizePolicyNames(draft.policies, !draft.noDefaultPolicy)

function grantLogin(turn: Turn, request: RequestId, draft: LoginDraft, entityId: string): ActiveResult {
  const { node, now } = turn
  const { period, explicitMaxTtl, maxTtl } = draft
  const limits = limitsOf(node.config, node.store.get<Mount>(mountKey(draft.alias.mountPath)) ?? null)
  const grant = calculateTtl(limits, {
    increment: 0,
    backendTtl: draft.ttl,
    backendMaxTtl: maxTtl,
    period,
    explicitMaxTtl,
    issueTime: now,
    now,
  })
  if (grant.kind === 'past-max')
    throw new Error(`the login ${draft.path} is past its maximum: check the limits of its mount`)
  const service = draft.type === 'service'
  const token: NewToken = {
    type: draft.type,
    customId: null,
    parent: '',
    policies: policiesOf(draft),
    path: draft.path,
    meta: draft.meta,
    displayName: draft.displayName,
    numUses: draft.numUses,
    ttl: grant.ttl,
    maxTtl,
    explicitMaxTtl,
    period,
    renewable: service,
    leased: service,
    entityId,
  }
  return grantToken(turn, request, token, grant.warnings)
}
