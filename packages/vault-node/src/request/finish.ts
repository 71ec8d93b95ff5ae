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
import type { Call } from './call.ts'
import type { Mount } from './mount.ts'
import { answer, type AnswerShape } from './respond.ts'

export const shapeOf = ({ config }: NodeState, mount: Mount, spec: PathSpec | null): AnswerShape => ({
  mountType: mount.type,
  inject: spec?.inject === true,
  indexed: spec?.revokes !== true || config.switches.index_on_revoke === 'on',
})

export function finish(turn: Turn, call: Call, outcome: Outcome, spec: PathSpec, shape: AnswerShape): void {
  switch (outcome.kind) {
    case 'login':
      return finishLogin(turn, call, outcome.draft, unknownFields(call, spec), shape)
    case 'call-active': {
      const after: AfterCall =
        outcome.answer === undefined
          ? { kind: 'auth', shape, warnings: unknownFields(call, spec) }
          : { kind: 'answer', shape, outcome: outcome.answer }
      return finishOnActive(turn, call, outcome.call, after)
    }
    case 'data':
    case 'auth': {
      const unknown = unknownFields(call, spec)
      const warned =
        unknown.length === 0 ? outcome : { ...outcome, warnings: [...(outcome.warnings ?? []), ...unknown] }
      return answer(turn, call, warned, shape)
    }
    // Only an answer with a body of its own carries the warning.
    case 'keys':
    case 'done':
    case 'missing':
    case 'refused':
    case 'plain':
    case 'text':
    case 'later':
      return answer(turn, call, outcome, shape)
  }
}

function finishLogin(turn: Turn, call: Call, draft: LoginDraft, warnings: readonly string[], shape: AnswerShape): void {
  if (draft.type === 'service') {
    return finishOnActive(turn, call, { kind: 'register-login', draft }, { kind: 'auth', shape, warnings })
  }
  const entityId = findEntityId(turn.node, draft.alias)
  if (entityId !== null) return answer(turn, call, outcomeOf(sealLogin(turn, draft, entityId), warnings), shape)
  finishOnActive(
    turn,
    call,
    { kind: 'ensure-entity', alias: draft.alias },
    { kind: 'seal-login', shape, draft, warnings },
  )
}

function finishOnActive(turn: Turn, call: Call, what: ActiveCall, after: AfterCall): void {
  const { node } = turn
  if (node.role === 'active') {
    return answer(turn, call, outcomeAfter(turn, after, performCall(turn, call.id, what)), after.shape)
  }
  if (what.kind === 'create-token' && node.config.switches.token_create === 'forward')
    return forward(turn, call, 'write', 'warn')
  callActive(turn, call, what, after)
}

/** Vault's warning about body fields that a path does not know (vault-http-api 1.7). */
function unknownFields(call: Call, spec: PathSpec): readonly string[] {
  const { fields } = spec
  const { body } = call.request
  if (fields === undefined || body.kind !== 'json') return []
  const unknown = Object.keys(body.value satisfies JsonObject)
    .filter((name) => !fields.includes(name))
    .sort()
  return unknown.length === 0 ? [] : [`Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`]
}
