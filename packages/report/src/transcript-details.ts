/** The word and the details of a line of a transcript, for each kind of record. The form is described in `transcript.ts`. */

import {
  decodeIndexState,
  isIndexDefect,
  type CallRecord,
  type EntryRecord,
  type HistoryRecord,
  type ReplyRecord,
  type TokenRecord,
} from '@fourtwelve/protocol'
import { shortKey } from './short-key.ts'
import { oneLine, shortened } from './wrap-text.ts'

/** Longest errors in a line, in characters. */
const ERRORS_MAX = 100
const GAP = '  '

export function wordOf(record: HistoryRecord): string {
  switch (record.kind) {
    case 'run':
      return 'run'
    case 'call':
      return '->'
    case 'reply':
      return '<-'
    case 'entry':
      return record.deleted ? 'delete' : 'entry'
    case 'renumber':
      return 'anew'
    case 'recover':
      return 'back'
    case 'commit':
    case 'apply':
    case 'fault':
    case 'lead':
    case 'resign':
    case 'rest':
      return record.kind
  }
}

export function detailsOf(record: HistoryRecord): string {
  switch (record.kind) {
    case 'run':
      return record.scenario
    case 'call':
      return callDetails(record)
    case 'reply':
      return replyDetails(record)
    case 'entry':
      return entryDetails(record)
    case 'commit':
      return `#${record.index}`
    case 'apply': {
      const first = record.from + 1
      return first === record.index ? `#${first}` : `#${first}..#${record.index}`
    }
    case 'lead':
    case 'resign':
    case 'recover':
      return `term ${record.term}${GAP}through #${record.index}`
    case 'renumber':
      return `${record.why}${GAP}epoch ${record.epoch}`
    case 'rest':
      return `term ${record.term}${GAP}applied #${record.applied}`
    case 'fault':
      return [`${record.fault} ${record.target}`.trimEnd(), record.note].join(GAP).trimEnd()
  }
}

const FORWARD_WORDS = {
  '': [],
  forward: ['X-Vault-Forward'],
  inconsistent: ['X-Vault-Inconsistent'],
} as const satisfies Record<CallRecord['forward'], readonly string[]>

function callDetails({ id, attempt, session, method, path, token, index, forward }: CallRecord): string {
  return [
    `call ${id}`,
    session,
    `${method} ${shortKey(path)}`,
    tokenWords(token),
    ...index.map((header) => `index ${headerIndex(header)}`),
    ...FORWARD_WORDS[forward],
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ].join(GAP)
}

function replyDetails(reply: ReplyRecord): string {
  const { id, status, errors, applied, by, node, forwarded, wrote, index, token, waitTimedOut } = reply
  const said = shortened(oneLine(errors.join('; ')), ERRORS_MAX)
  const cause = forwarded ?? null
  // An RPC hands on only what must be stored: the node itself answers.
  const handled =
    by === undefined || by === node ? (cause === null ? '' : `(${cause})`) : `by ${by} (${cause ?? 'unknown'})`
  return [
    `call ${id}`,
    status === 0 ? 'lost' : String(status),
    ...(applied === undefined ? [] : [`at #${applied}`]),
    ...(handled === '' ? [] : [handled]),
    ...(wrote === undefined || wrote === 0 ? [] : [`wrote #${wrote}`]),
    ...(index === null ? [] : [`index ${headerIndex(index)}`]),
    ...(token === null ? [] : [`new ${tokenWords(token)}`]),
    ...(waitTimedOut === true ? ['waited in vain'] : []),
    ...(said === '' ? [] : [said]),
  ].join(GAP)
}

/** Entries name the attempt that wrote them; what a node wrote by itself names none. */
function entryDetails({ index, key, keys, request }: EntryRecord): string {
  const all = keys > 1 ? `${shortKey(key)} +${keys - 1}` : shortKey(key)
  return [`#${index}`, all, ...(/^[1-9]\d*$/.test(request) ? [`call ${request}`] : [])].join(GAP)
}

function tokenWords(token: TokenRecord): string {
  switch (token.type) {
    case 'none':
      return 'no token'
    case 'service':
      return `token #${token.index}${Number(token.epoch) === 0 ? '' : ` of epoch ${token.epoch}`}`
    case 'short':
    case 'batch':
    case 'other':
      return `${token.type} token`
  }
}

/** The local index in a value of X-Vault-Index. */
function headerIndex(header: string): string {
  const state = decodeIndexState(header)
  return isIndexDefect(state) ? '(unreadable)' : `#${state.localIndex}`
}
