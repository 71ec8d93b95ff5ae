/**
 * From a handler's outcome to its answer, through what is left to do: registering a login's token, calling the active node.
 * Always holds: a service token is made on the active node and nowhere else; a batch token where its request was handled; the
 * warning about unknown fields comes last, on every node.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { findEntityId } from '../identity/entity.ts'
import type { NodeState } from '../node-state.ts'
import type { Outcome } from '../outcome.ts'
import type { PathSpec } from '../path-spec.ts'
import { performCall } from '../peers/active-call.ts'
import { callActive, forward, outcomeAfter, type AfterCall } from '../peers/calls.ts'
import type { ActiveCall } from '../peers/peer-message.ts'
import { outcomeOf } from '../peers/result-outcome.ts'
import type { LoginDraft } from '../tokens/login-draft.ts'
import { sealLogin } from '../tokens/register-login.ts'
import type { Turn } from '../turn.ts'
import type { OpenRequest } from './open-request.ts'
import type { Mount } from './mount.ts'
import { answer, type AnswerShape } from './respond.ts'

export const shapeOf = ({ config }: NodeState, mount: Mount, spec: PathSpec | null): AnswerShape => ({
  mountType: mount.type,
  inject: spec?.inject === true,
  atOnce: spec?.atOnce === true,
  indexed: spec?.revokes !== true || config.switches.index_on_revoke === 'on',
})

export function finish(turn: Turn, open: OpenRequest, outcome: Outcome, spec: PathSpec, shape: AnswerShape): void {
  switch (outcome.kind) {
    case 'login':
      return finishLogin(turn, open, outcome.draft, unknownFields(open, spec), shape)
    case 'call-active': {
      const after: AfterCall =
        outcome.answer === undefined
          ? { kind: 'auth', shape, warnings: unknownFields(open, spec) }
          : { kind: 'answer', shape, outcome: outcome.answer }
      return finishOnActive(turn, open, outcome.call, after)
    }
    case 'data':
    case 'auth': {
      const unknown = unknownFields(open, spec)
      const warned =
        unknown.length === 0 ? outcome : { ...outcome, warnings: [...(outcome.warnings ?? []), ...unknown] }
      return answer(turn, open, warned, shape)
    }
    // Only an answer with a body of its own carries the warning.
    case 'keys':
    case 'done':
    case 'missing':
    case 'refused':
    case 'plain':
    case 'text':
    case 'later':
      return answer(turn, open, outcome, shape)
  }
}

function finishLogin(
  turn: Turn,
  open: OpenRequest,
  draft: LoginDraft,
  warnings: readonly string[],
  shape: AnswerShape,
): void {
  if (draft.type === 'service') {
    return finishOnActive(turn, open, { kind: 'register-login', draft }, { kind: 'auth', shape, warnings })
  }
  const entityId = findEntityId(turn.node, draft.alias)
  if (entityId !== null) return answer(turn, open, outcomeOf(sealLogin(turn, draft, entityId), warnings), shape)
  finishOnActive(
    turn,
    open,
    { kind: 'ensure-entity', alias: draft.alias },
    { kind: 'seal-login', shape, draft, warnings },
  )
}

function finishOnActive(turn: Turn, open: OpenRequest, what: ActiveCall, after: AfterCall): void {
  const { node } = turn
  if (node.role === 'active') {
    return answer(turn, open, outcomeAfter(turn, after, performCall(turn, open.id, what)), after.shape)
  }
  if (what.kind === 'create-token' && node.config.switches.token_create === 'forward')
    return forward(turn, open, 'write', 'warn')
  callActive(turn, open, what, after)
}

/** Vault's warning about body fields that a path does not know (vault-http-api 1.7). */
function unknownFields(open: OpenRequest, spec: PathSpec): readonly string[] {
  const { fields } = spec
  const { body } = open.request
  if (fields === undefined || body.kind !== 'json') return []
  const unknown = Object.keys(body.value satisfies JsonObject)
    .filter((name) => !fields.includes(name))
    .sort()
  return unknown.length === 0 ? [] : [`Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`]
}
