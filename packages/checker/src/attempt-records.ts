/**
 * What attempts leave in the history.
 * Always holds: of a token only its kind, index and epoch are written, and a digest to tell tokens apart.
 */

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
  type ServedReply,
  type TokenRecord,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { checksBodyToken } from './path-gates.ts'

/** How an attempt ended: with a reply, or with the news that none came. */
export type AttemptEnd =
  | { readonly kind: 'reply'; readonly value: ServedReply }
  | { readonly kind: 'lost'; readonly why: string }

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
    ...(checksBodyToken(path) ? { bodyToken: tokenRecord(namedToken(request)) } : {}),
    index,
    forward: request.forward !== '' ? 'forward' : request.inconsistent !== '' ? 'inconsistent' : '',
  }
}

/** The second token of a request, as the node reads it: from the body, or from the query where there is none. */
function namedToken({ body, query }: VaultRequest): string | null {
  const named = body.kind === 'json' ? body.value['token'] : query['token']
  return typeof named === 'string' ? named : null
}

export function replyRecord(
  t: Micros,
  { id, request }: Pick<AttemptFacts, 'id' | 'request'>,
  answer: AttemptEnd,
): ReplyRecord {
  if (answer.kind === 'lost') return { kind: 'reply', t, id, status: 0, errors: [answer.why], index: null, token: null }
  const { reply, served } = answer.value
  const made = createdToken(reply.body, request)
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

/** The token in an answer, unless the request brought it along: a renewal says the token that it was asked for. */
function createdToken(body: JsonValue, request: VaultRequest): string | null {
  const auth = isJsonObject(body) ? body['auth'] : undefined
  const token = isJsonObject(auth) ? auth['client_token'] : undefined
  if (typeof token !== 'string' || token === '') return null
  return token === request.token || token === namedToken(request) ? null : token
}

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : []

function tokenRecord(token: string | null): TokenRecord {
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
