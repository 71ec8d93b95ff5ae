/**
 * What an entry of the log leaves in the history. Always holds: both runtimes record it so; no secret and no token is in it, since
 * ids stand salted in storage; an entry that says nothing of tokens, leases and secrets costs a look at each of its keys.
 */

import type { EntryFact, EntryRecord } from './history.ts'
import type { NodeId } from './identity.ts'
import { micros, MICROS_PER_SECOND, type Micros } from './micros.ts'
import type { Change, StoredValue, WalEntry } from './wal.ts'

/** The record of an entry that `node`, which is active, wrote at `t`. */
export function entryRecord(t: Micros, node: NodeId, entry: WalEntry): EntryRecord {
  const { term, index, request, changes, digest } = entry
  const [first] = changes
  const key = first?.key ?? ''
  const facts: EntryFact[] = []
  for (const change of changes) {
    const fact = factOf(change, entry.time)
    if (fact !== null) facts.push(fact)
  }
  const deleted = first?.value === null
  const record: EntryRecord = {
    kind: 'entry',
    t,
    node,
    term,
    index,
    request,
    key,
    keys: changes.length,
    deleted,
    digest,
  }
  return facts.length === 0 ? record : { ...record, facts }
}

/** Vault's own folders (`storage-keys.ts` of the node). */
const TOKENS = 'sys/token/id/'
const ACCESSORS = 'sys/token/accessor/'
const LEASES = 'sys/expire/id/'
const MOUNTED = 'logical/'
const METADATA = '/metadata/'

/** Letters of a salted id: 64 bits and the letter in front of them. */
const ID_LETTERS = 17

/** The fields that facts are made of, of whatever stands there. */
interface Stored {
  readonly saltedId?: unknown
  readonly parent?: unknown
  readonly numUses?: unknown
  readonly creationTime?: unknown
  readonly explicitMaxTtl?: unknown
  readonly expireTime?: unknown
  readonly currentVersion?: unknown
  readonly versions?: Readonly<Record<string, StoredVersion | undefined>>
}
interface StoredVersion {
  readonly deletionTime?: unknown
  readonly destroyed?: unknown
}

function factOf({ key, value }: Change, now: Micros): EntryFact | null {
  if (key.startsWith('sys/')) {
    if (key.startsWith(TOKENS)) return tokenFact(key.slice(TOKENS.length, TOKENS.length + ID_LETTERS), value, now)
    if (key.startsWith(LEASES)) return leaseFact(key.slice(LEASES.length, LEASES.length + ID_LETTERS), value, now)
    if (value === null || !key.startsWith(ACCESSORS)) return null
    return { what: 'accessor', id: textOf((value as Stored).saltedId).slice(0, ID_LETTERS) }
  }
  if (!key.startsWith(MOUNTED) || key.indexOf(METADATA, MOUNTED.length) < 0) return null
  if (value === null) return { what: 'secret-gone', key }
  return secretFact(key, value as Stored, now)
}

/** Whoever writes a secret of kv version 1 below `metadata/` may put anything in these fields. */
function secretFact(key: string, { currentVersion, versions }: Stored, now: Micros): EntryFact | null {
  if (typeof currentVersion !== 'number') return null
  const { deletionTime, destroyed } = versions?.[currentVersion] ?? NEVER_GONE
  if (destroyed === true) return { what: 'secret', key, version: currentVersion, until: micros(0) }
  if (typeof deletionTime !== 'number' || !Number.isSafeInteger(deletionTime - now))
    return { what: 'secret', key, version: currentVersion }
  return { what: 'secret', key, version: currentVersion, until: micros(deletionTime - now) }
}

const NEVER_GONE: StoredVersion = {}

function tokenFact(id: string, value: StoredValue | null, now: Micros): EntryFact {
  if (value === null) return { what: 'token-gone', id }
  const { parent, numUses, creationTime, explicitMaxTtl } = value as Stored
  return {
    what: 'token',
    id,
    parent: textOf(parent).slice(0, ID_LETTERS),
    uses: numberOf(numUses),
    age: micros(now - numberOf(creationTime)),
    most: micros(numberOf(explicitMaxTtl) * MICROS_PER_SECOND),
  }
}

function leaseFact(id: string, value: StoredValue | null, now: Micros): EntryFact {
  if (value === null) return { what: 'lease-gone', id }
  const { expireTime } = value as Stored
  return { what: 'lease', id, left: typeof expireTime === 'number' ? micros(expireTime - now) : null }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)
