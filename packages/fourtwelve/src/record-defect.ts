/**
 * What is wrong with a record that was read from a file.
 * Always holds: one row a kind, with every field of it (`history.ts` of @fourtwelve/protocol), so that laws may trust what they read; fields
 * that no row has are let through, since a newer writer may add some. A row that lacks a field of its kind does not compile.
 */

import {
  FAULT_RECORD_WORDS,
  FORWARD_CAUSES,
  HISTORY_VERSION,
  SWITCHES,
  type EntryFact,
  type ForwardingAllowed,
  type HistoryRecord,
  type RenumberRecord,
  type RestRecord,
  type RunRecord,
  type TokenGrant,
  type TokenRecord,
} from '@fourtwelve/protocol'
import {
  byTag,
  check,
  closedObjectOf,
  exactly,
  FLAG,
  isValues,
  listOf,
  NUMBER,
  objectOf,
  oneOf,
  orAbsent,
  orNull,
  ROUNDED,
  TEXT,
  TRUE_OR_ABSENT,
  UINT64,
  whole,
  WHOLE,
  type Check,
} from './record-shape.ts'

/** A check for every field but the one that tells what the others are. */
type FieldsOf<Kind, Tag extends string> = { readonly [Field in Exclude<keyof Kind, Tag>]-?: Check }
type RowsOf<Kinds, Tag extends keyof Kinds & string> = {
  readonly [Word in Kinds[Tag] & string]: FieldsOf<Extract<Kinds, Readonly<Record<Tag, Word>>>, Tag>
}

/** The words of a type, each once. */
const words = <Word extends string>(all: Readonly<Record<Word, true>>): Check => oneOf(Object.keys(all))

const FROM_0 = whole(0)
const FROM_1 = whole(1)
const DIGEST = whole(0, 2 ** 32 - 1)

const TOKEN_ID = { id: orAbsent(TEXT) }
const TOKEN_ROWS: { readonly [Type in TokenRecord['type']]: FieldsOf<Extract<TokenRecord, { type: Type }>, 'type'> } = {
  none: {},
  other: {},
  short: TOKEN_ID,
  batch: TOKEN_ID,
  service: { index: UINT64, epoch: UINT64, id: TEXT, seal: orAbsent(DIGEST) },
}
const TOKEN = byTag('type', TOKEN_ROWS)

const GRANT_FIELDS: FieldsOf<TokenGrant, ''> = { ttl: FROM_0, uses: FROM_0, orphan: FLAG }
const FORWARDING_FIELDS: FieldsOf<ForwardingAllowed, ''> = { header: FLAG, token: FLAG }

/** What is stored as a secret of kv version 1 may look like one of version 2, with any number for its version. */
const ANY_VERSION = NUMBER

const FACT_ROWS: RowsOf<EntryFact, 'what'> = {
  accessor: { id: TEXT },
  token: { id: TEXT, parent: TEXT, uses: WHOLE, age: WHOLE, most: WHOLE },
  'token-gone': { id: TEXT },
  lease: { id: TEXT, left: orNull(WHOLE) },
  'lease-gone': { id: TEXT },
  secret: { key: TEXT, version: ANY_VERSION, until: orAbsent(WHOLE) },
  'secret-gone': { key: TEXT },
}

/** One that is absent has its default (`history-reader.ts`): servers behaved so before it was there. */
const SWITCHES_CHECK = closedObjectOf(
  Object.fromEntries(Object.entries(SWITCHES).map(([name, values]) => [name, orAbsent(oneOf(values))])),
  `left out: there is no such switch. There are ${Object.keys(SWITCHES).join(', ')}`,
)

/** HTTP has three digits, and `sys/health` answers with those that it is asked for. */
const STATUS = check(
  '0, or a whole number from 100 to 999',
  (status) =>
    typeof status === 'number' && Number.isInteger(status) && (status === 0 || (status >= 100 && status <= 999)),
)

const CAUSE = oneOf(FORWARD_CAUSES)

const FAULT = oneOf(FAULT_RECORD_WORDS)

const t = FROM_0
const PLACE = { t, node: TEXT, index: FROM_0 }

const ROWS: RowsOf<HistoryRecord, 'kind'> = {
  run: {
    t,
    version: exactly(HISTORY_VERSION),
    scenario: TEXT,
    seed: FROM_0,
    runtime: words<RunRecord['runtime']>({ simulation: true, live: true }),
    cluster: TEXT,
    nodes: listOf(TEXT),
    switches: SWITCHES_CHECK,
    forwarding: orAbsent(objectOf(FORWARDING_FIELDS)),
  },
  call: {
    t,
    id: FROM_1,
    op: FROM_0,
    attempt: FROM_1,
    session: TEXT,
    node: TEXT,
    method: TEXT,
    path: TEXT,
    token: TOKEN,
    bodyToken: orAbsent(TOKEN),
    index: listOf(TEXT),
    forward: oneOf(['', 'forward', 'inconsistent']),
    remembers: TRUE_OR_ABSENT,
    tampered: TRUE_OR_ABSENT,
  },
  reply: {
    t,
    id: FROM_1,
    status: STATUS,
    errors: listOf(TEXT),
    index: orNull(TEXT),
    token: orNull(TOKEN),
    grant: orAbsent(objectOf(GRANT_FIELDS)),
    version: orAbsent(ANY_VERSION),
    node: orAbsent(TEXT),
    by: orAbsent(TEXT),
    applied: orAbsent(FROM_0),
    appliedHere: orAbsent(FROM_0),
    // A forged token may demand an index of 64 bits.
    required: orAbsent(ROUNDED),
    epoch: orAbsent(FROM_0),
    forwarded: orAbsent(orNull(CAUSE)),
    wrote: orAbsent(FROM_0),
    waitTimedOut: orAbsent(FLAG),
  },
  entry: {
    t,
    node: TEXT,
    term: FROM_0,
    index: FROM_1,
    request: TEXT,
    key: TEXT,
    keys: FROM_0,
    deleted: FLAG,
    digest: DIGEST,
    facts: orAbsent(listOf(byTag('what', FACT_ROWS))),
  },
  commit: PLACE,
  apply: { ...PLACE, from: FROM_0, chain: DIGEST },
  lead: { ...PLACE, term: FROM_0 },
  resign: { ...PLACE, term: FROM_0, chain: DIGEST },
  recover: { ...PLACE, term: FROM_0, chain: DIGEST },
  renumber: { t, why: words<RenumberRecord['why']>({ promote: true, restore: true }), epoch: FROM_0 },
  rest: {
    t,
    node: TEXT,
    running: FLAG,
    role: words<RestRecord['role']>({ active: true, 'performance-standby': true, standby: true }),
    term: FROM_0,
    received: FROM_0,
    applied: FROM_0,
    chain: DIGEST,
    unended: FROM_0,
  },
  fault: { t, fault: FAULT, target: TEXT, note: TEXT },
}

const CHECKS = new Map<unknown, Check>(Object.entries(ROWS).map(([kind, fields]) => [kind, objectOf(fields)]))

/** Null when nothing is; else what, in half a sentence. The first record of a file says what runs. */
export function recordDefect(record: unknown, isFirst: boolean): string | null {
  if (!isValues(record)) return 'this is no record'
  const { kind, version } = record
  const row = CHECKS.get(kind)
  if (row === undefined) return `there is no record of kind ${told(kind)}`
  if (isFirst && kind !== 'run') return `a history begins with a \`run\` record, and this is of kind ${String(kind)}`
  if (kind === 'run' && version !== HISTORY_VERSION) {
    return (
      `this history has format version ${told(version)}, and this fourtwelve reads version ${HISTORY_VERSION}: ` +
      'run it again with --history, or use the fourtwelve that wrote it'
    )
  }
  const misfit = row(record)
  return misfit === null ? null : `in a record of kind ${String(kind)}, \`${misfit.path}\` must be ${misfit.must}`
}

/** Of whatever stands there, as it is: only what is short and plain. */
function told(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  return Array.isArray(value) ? 'a list' : isValues(value) ? 'an object' : String(value)
}
