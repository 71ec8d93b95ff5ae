/**
 * What attempts leave in the history.
 * Always holds: of a token only its kind, index and epoch are written, and a digest to tell tokens apart.
 */

import type { Answer } from '@fourtwelve/cluster'
import {
  DIGEST_START,
  isJsonObject,
  mixText,
  tokenKind,
  type CallRecord,
  type JsonValue,
  type Micros,
  type NodeId,
  type ReplyRecord,
  type TokenRecord,
  type VaultRequest,
} from '@fourtwelve/protocol'

export interface AttemptFacts {
  readonly id: number
  readonly operation: number
  readonly attempt: number
  readonly session: string
  readonly node: NodeId
  readonly request: VaultRequest
}

export function callRecord(t: Micros, { id, operation, attempt, session, node, request }: AttemptFacts): CallRecord {
  const { method, path, index } = request
  return {
    kind: 'call',
    t,
    id,
    op: operation,
    attempt,
    session,
    node,
    method,
    path,
    token: tokenRecord(request.token),
    index,
    forward: request.forward !== '' ? 'forward' : request.inconsistent !== '' ? 'inconsistent' : '',
  }
}

export function replyRecord(t: Micros, id: number, answer: Answer): ReplyRecord {
  if (answer.kind === 'lost') return { kind: 'reply', t, id, status: 0, errors: [answer.why], index: null, token: null }
  const { reply, served } = answer.value
  const made = createdToken(reply.body)
  return {
    kind: 'reply',
    t,
    id,
    status: reply.status,
    errors: textsOf(reply.body?.['errors']),
    index: reply.index,
    token: made === null ? null : tokenRecord(made),
    ...served,
  }
}

function createdToken(body: JsonValue): string | null {
  const auth = isJsonObject(body) ? body['auth'] : undefined
  const token = isJsonObject(auth) ? auth['client_token'] : undefined
  return typeof token === 'string' && token !== '' ? token : null
}

/** The texts in a list of a body: its errors or its warnings. */
export const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : []

export function tokenRecord(token: string | null): TokenRecord {
  if (token === null || token === '') return { type: 'none' }
  const kind = tokenKind(token)
  switch (kind.kind) {
    case 'consistent': {
      const { localIndex, indexEpoch, inner } = kind.token
      const id = mixText(DIGEST_START, inner).toString(16).padStart(8, '0')
      return { type: 'service', index: localIndex, epoch: indexEpoch, id }
    }
    case 'short-service':
      return { type: 'short' }
    case 'batch':
      return { type: 'batch' }
    case 'legacy':
      return { type: kind.of === 'batch' ? 'batch' : 'short' }
    case 'recovery':
    case 'broken':
    case 'other':
      return { type: 'other' }
  }
}
