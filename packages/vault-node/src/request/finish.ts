/**
 * From a handler's outcome to its answer, through what is left to do: registering a login's token, calling the active node.
 * Always holds: a service token is made on the active node and nowhere else; a batch token where its request was handled.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import { ensureEntity, findEntityId } from '../identity/entity.ts'
import type { Outcome } from '../outcome.ts'
import type { PathSpec } from '../path-spec.ts'
import { performCall } from '../peers/active-call.ts'
import { callActive, forward } from '../peers/calls.ts'
import type { ActiveCall } from '../peers/peer-message.ts'
import { outcomeOf } from '../peers/result-outcome.ts'
import type { LoginDraft } from '../tokens/login-draft.ts'
import { sealLogin } from '../tokens/register-login.ts'
import type { Turn } from '../turn.ts'
import type { Call } from './call.ts'
import type { Mount } from './mount.ts'
import { answer, type AnswerShape } from './respond.ts'
import type { Route } from './router.ts'

export const shapeOf = (mount: Mount, spec: Route['spec']): AnswerShape => ({
  mountType: mount.type,
  inject: spec?.inject === true,
  indexed: spec?.revokes !== true,
})

export function finish(turn: Turn, call: Call, outcome: Outcome, spec: PathSpec, shape: AnswerShape): void {
  const indexed = shape.indexed || turn.node.config.switches.index_on_revoke === 'on'
  const whole = { ...shape, indexed }
  switch (outcome.kind) {
    case 'login':
      return finishLogin(turn, call, outcome.draft, outcome.warnings ?? [], whole)
    case 'call-active':
      return finishOnActive(turn, call, outcome.call, outcome.answer, unknownFields(call, spec), whole)
    default:
      return answer(turn, call, withWarnings(outcome, unknownFields(call, spec)), whole)
  }
}

function finishLogin(turn: Turn, call: Call, draft: LoginDraft, warnings: readonly string[], shape: AnswerShape): void {
  const { node } = turn
  if (draft.type === 'service') {
    return finishOnActive(turn, call, { kind: 'register-login', draft }, undefined, warnings, shape)
  }
  const known = findEntityId(node, draft.alias)
  if (known === null && node.role !== 'active') {
    return callActive(
      turn,
      call,
      { kind: 'ensure-entity', alias: draft.alias },
      { kind: 'seal-login', shape, draft, warnings },
    )
  }
  const entityId = known ?? ensureEntity(turn, call.id, draft.alias)
  answer(turn, call, outcomeOf(sealLogin(turn, draft, entityId), warnings), shape)
}

function finishOnActive(
  turn: Turn,
  call: Call,
  what: ActiveCall,
  then: Outcome | undefined,
  warnings: readonly string[],
  shape: AnswerShape,
): void {
  const { node } = turn
  if (node.role === 'active') {
    const result = performCall(turn, call.id, what)
    return answer(turn, call, then ?? outcomeOf(result, warnings), shape)
  }
  if (what.kind === 'create-token' && node.config.switches.token_create === 'forward')
    return forward(turn, call, 'write', 'warn')
  callActive(
    turn,
    call,
    what,
    then === undefined ? { kind: 'auth', shape, warnings } : { kind: 'answer', shape, outcome: then },
  )
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

/** Only an answer with a body of its own carries the warning. */
function withWarnings(outcome: Outcome, warnings: readonly string[]): Outcome {
  if (warnings.length === 0 || (outcome.kind !== 'data' && outcome.kind !== 'auth')) return outcome
  return { ...outcome, warnings: [...(outcome.warnings ?? []), ...warnings] }
}
