/**
 * May this token do this here? Judged on this node's own state, create or update too (vault-consistency 0.E7; vault-http-api 6).
 * Always holds: asked before it is known whether path or secret exist, so a refusal tells nothing of them.
 */

import { decide } from '../policy/acl.ts'
import type { RequestContext } from '../request-context.ts'
import type { PresentedToken } from '../tokens/presented-token.ts'
import type { Turn } from '../turn.ts'
import { aclOf } from './acl-cache.ts'
import type { OpenRequest } from './open-request.ts'
import { oneError } from './envelope.ts'
import { askedOperation } from './operation.ts'
import type { Route } from './router.ts'
import { dataOf } from './request-data.ts'

export type Permission =
  | { readonly kind: 'granted'; readonly sudo: boolean }
  | { readonly kind: 'refused'; readonly status: 403; readonly error: string }

const REFUSED: Permission = { kind: 'refused', status: 403, error: oneError('permission denied') }

export function authorize(turn: Turn, open: OpenRequest, to: Route | null, token: PresentedToken): Permission {
  const { request } = open
  const asked = askedOperation(request)
  const data = dataOf(request, to?.params ?? {})
  const path = asked === 'list' && !request.path.endsWith('/') ? `${request.path}/` : request.path
  const operation =
    asked === 'write'
      ? exists(turn, open, to, token, data)
        ? 'update'
        : 'create'
      : asked === 'unsupported' || asked === 'bad-list-parameter'
        ? 'read'
        : asked
  const decision = decide(aclOf(turn.node, token.entry), operation, path, data)
  if (!decision.allowed || (to?.spec?.sudo === true && !decision.sudo)) return REFUSED
  return { kind: 'granted', sudo: decision.sudo }
}

/** Without an existence check every write is an update, as in Vault. */
function exists(
  turn: Turn,
  open: OpenRequest,
  to: Route | null,
  token: PresentedToken,
  data: RequestContext['data'],
): boolean {
  if (to?.spec?.exists === undefined) return true
  const { mount, params } = to
  return to.spec.exists({ turn, open, mount, path: open.request.path, params, data, token, sudo: false })
}
