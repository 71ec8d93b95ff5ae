/**
 * What attempts leave in the history.
 * Always holds: of a token only its kind, index and epoch are written, and a digest to tell tokens apart.
 */

import {
  DIGEST_START,
  isJsonObject,
  mixNumber,
  mixText,
  seconds,
  tokenKind,
  type CallRecord,
  type JsonValue,
  type Micros,
  type NodeId,
  type ReplyRecord,
  type ServedReply,
  type ServiceToken,
  type TokenGrant,
  type TokenRecord,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { checksBodyToken } from './path-gates.ts'
import { RecentMap } from './recent-map.ts'

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
  /** Whether the session sends what it remembers of X-Vault-Index. */
  readonly remembers?: boolean
  /** Whether the token was changed on purpose. */
  readonly tampered?: boolean
}

export function callRecord(t: Micros, facts: AttemptFacts): CallRecord {
  const { id, operation, attempt, session, node, request } = facts
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
    ...(facts.remembers === true ? { remembers: true } : {}),
    ...(facts.tampered === true ? { tampered: true } : {}),
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
  const version = made === null ? versionIn(reply, request) : null
  return {
    kind: 'reply',
    t,
    id,
    status: reply.status,
    errors: textsOf(reply.body?.['errors']),
    index: reply.index,
    token: made === null ? null : tokenRecord(made),
    ...(made === null ? {} : { grant: grantIn(reply.body) }),
    ...(version === null ? {} : { version }),
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

function grantIn(body: JsonValue): TokenGrant {
  const auth = isJsonObject(body) ? body['auth'] : undefined
  const { lease_duration: ttl, num_uses: uses, orphan } = isJsonObject(auth) ? auth : {}
  return {
    ttl: seconds(typeof ttl === 'number' ? ttl : 0),
    uses: typeof uses === 'number' ? uses : 0,
    orphan: orphan === true,
  }
}

/** A secret of a kv version 2 mount. */
const SECRET_PATH = /^[^/]+\/data\/./

/** The current version of a secret, as an answer says it: a write its own, a read below `metadata`; null when it says none. */
function versionIn({ status, body }: VaultReply, { method, path, query }: VaultRequest): number | null {
  if (query['version'] !== undefined || !SECRET_PATH.test(path)) return null
  const isRead = method === 'GET'
  if (!isRead && method !== 'POST' && method !== 'PUT' && method !== 'PATCH') return null
  if (status === 404 && isRead && textsOf(body?.['errors']).length === 0 && body?.['data'] === undefined) return 0
  if (status !== 200 && !(status === 404 && isRead)) return null
  const data = body?.['data']
  const said = isRead && isJsonObject(data) ? data['metadata'] : data
  const version = isJsonObject(said) ? said['version'] : undefined
  return typeof version === 'number' ? version : null
}

const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : []

const NO_TOKEN: TokenRecord = { type: 'none' }

/** Tokens whose record is kept at hand, since sessions use theirs again and again; and how long such a token may be, in characters. */
const AT_HAND_MAX = 4_096
const AT_HAND_LENGTH_MAX = 1_024
const AT_HAND = new RecentMap<string, TokenRecord>(AT_HAND_MAX)

function tokenRecord(token: string | null): TokenRecord {
  if (token === null || token === '') return NO_TOKEN
  const known = AT_HAND.get(token)
  if (known !== undefined) return known
  const read = readToken(token)
  if (token.length <= AT_HAND_LENGTH_MAX) AT_HAND.set(token, read)
  return read
}

function readToken(token: string): TokenRecord {
  const kind = tokenKind(token)
  switch (kind.kind) {
    case 'consistent': {
      const { localIndex, indexEpoch, inner } = kind.token
      return { type: 'service', index: localIndex, epoch: indexEpoch, id: idOf(inner), seal: sealOf(kind.token) }
    }
    case 'short-service':
      return { type: 'short', id: idOf(token) }
    case 'batch':
      return { type: 'batch', id: idOf(token) }
    case 'legacy':
      return { type: kind.of === 'batch' ? 'batch' : 'short', id: idOf(token) }
    case 'recovery':
    case 'broken':
    case 'other':
      return { type: 'other' }
  }
}

/** Two starts, since 32 bits alone would call two of some ten thousand tokens the same. */
const idOf = (text: string): string =>
  `${eightDigits(mixText(DIGEST_START, text))}${eightDigits(mixText(SECOND_START, text))}`
const SECOND_START = 0x9e3779b9

/** A changed bit of MAC or version gives another seal; how the same bytes are written as text does not count. */
const sealOf = ({ version, mac }: Pick<ServiceToken, 'version' | 'mac'>): number => {
  let seal = mixNumber(SECOND_START, Number(version))
  for (const byte of mac) seal = mixNumber(seal, byte)
  return seal
}

const eightDigits = (digest: number): string => digest.toString(16).padStart(8, '0')
