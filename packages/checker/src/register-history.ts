/**
 * Turns a history into operations on registers, record by record (`register-operation.ts` says what a register is).
 *
 * | outcome of an attempt (`outcome.ts`) | operation |
 * |---|---|
 * | a read that is done | a read of the version that was answered, from the operation's first call to its last answer |
 * | a write or removal that is done | a write, from its call to its answer |
 * | failed | none |
 * | a write nobody answered for sure, and the log has it | a write of the version in the log, without an end |
 * | the same, and the log shows that it never was | none |
 * | the same, and nothing is told | a write of the next version, without an end |
 *
 * What is acknowledged is taken from answers alone: the log is asked only about writes that nobody answered for.
 * Always holds: at most WRITES_MAX writes wait; what is too much is let go as one that may happen at any time, which is true of it.
 * Operations come out as soon as they are known. Where secrets may be others than before (a backup is restored, a mount is removed
 * or moved), the registers end.
 */

import type { CallRecord, EntryFact, EntryRecord, HistoryRecord, Micros, ReplyRecord } from '@fourtwelve/protocol'
import { outcomeOf } from './outcome.ts'
import { RecentMap } from './recent-map.ts'
import { registerAccess, type RegisterAccess, type RegisterOperation } from './register-operation.ts'
import { RunFacts } from './run-facts.ts'
import { RemovedSecrets } from './secret-paths.ts'

/** Writes that wait for an answer, or for the log to tell of them. */
const WRITES_MAX = 65_536
/** Reads that wait for an answer: a read that nobody answers says nothing. */
const READS_MAX = 65_536

export interface RegisterSummary {
  readonly operations: number
  /** Writes among them that have no end. */
  readonly open: number
  /** Why nothing is said of what came later. */
  readonly through: RegisterEnd
}

/** `end`: the history's own. */
export type RegisterEnd = 'end' | 'restore' | 'mounts'

interface Moment {
  readonly position: number
  readonly t: Micros
}

interface OpenRead {
  readonly key: string
  readonly began: Moment
}

/** A write under way, or one whose answer says nothing for sure. */
interface OpenWrite {
  readonly access: RegisterAccess
  readonly record: CallRecord
  readonly began: Moment
  /** Of the entry that shows it: null while no log has one, Infinity when that log was numbered anew. */
  index: number | null
  /** What the committed log says that it wrote. */
  version: number | null
}

export class RegisterHistory {
  readonly #emit: (operation: RegisterOperation) => void
  readonly #facts = new RunFacts()
  readonly #mounts = new RemovedSecrets()
  readonly #reads = new RecentMap<number, OpenRead & { readonly call: CallRecord }>(READS_MAX)
  /** When operations that read began. */
  readonly #firstCalls = new RecentMap<number, Moment>(READS_MAX)
  readonly #writes = new Map<number, OpenWrite>()
  #position = 0
  #operations = 0
  #open = 0
  #highestCall = 0
  /** Whether entries name requests by the number of their call. Live nodes number for themselves what comes over HTTP. */
  #numbersAgree = true
  #through: RegisterEnd | null = null

  /** `emit` takes every operation, as soon as it is known. */
  constructor(emit: (operation: RegisterOperation) => void) {
    this.#emit = emit
    this.#facts.ledger.listen((fact, entry) => this.#committed(fact, entry))
  }

  /** Takes the next record of one run. */
  observe(record: HistoryRecord): void {
    if (this.#through !== null) return
    this.#position++
    if (record.kind === 'renumber') {
      if (record.why === 'restore') return this.#endAt('restore')
      for (const write of this.#writes.values()) if (write.index !== null) write.index = Infinity
    }
    if (record.kind === 'call' && record.path.startsWith('sys/')) {
      this.#mounts.observe(record)
      if (this.#mounts.mayHaveMoved) return this.#endAt('mounts')
    }
    if (record.kind === 'call') this.#called(record)
    if (record.kind === 'entry') this.#entered(record)
    this.#facts.observe(record)
    if (record.kind === 'reply') this.#answered(record)
  }

  /** Ends the run: what waits comes out now. */
  end(): RegisterSummary {
    if (this.#through === null) this.#endAt('end')
    return { operations: this.#operations, open: this.#open, through: this.#through ?? 'end' }
  }

  #called(call: CallRecord): void {
    this.#highestCall = Math.max(this.#highestCall, call.id)
    const access = registerAccess(call)
    if (access === null) return
    const began = { position: this.#position, t: call.t }
    if (access.does === 'read') {
      const first = this.#firstCalls.get(call.op) ?? began
      this.#firstCalls.set(call.op, first)
      this.#reads.set(call.id, { key: access.key, began: first, call })
      return
    }
    if (this.#writes.size >= WRITES_MAX) {
      for (const [id, oldest] of this.#writes) {
        this.#writes.delete(id)
        this.#tellOpen(oldest)
        break
      }
    }
    this.#writes.set(call.id, { access, record: call, began, index: null, version: null })
  }

  #entered(entry: EntryRecord): void {
    const request = Number(entry.request)
    if (request > this.#highestCall) this.#numbersAgree = false
    const write = this.#writes.get(request)
    if (write !== undefined && entry.facts?.some(tellsOfSecret) === true) write.index = entry.index
  }

  #committed(fact: EntryFact, { request }: EntryRecord): void {
    if (!tellsOfSecret(fact)) return
    const write = this.#writes.get(Number(request))
    if (write !== undefined) write.version = fact.what === 'secret' ? fact.version : 0
  }

  #answered(reply: ReplyRecord): void {
    const write = this.#writes.get(reply.id)
    if (write !== undefined) return this.#writeAnswered(write, reply)
    const read = this.#reads.get(reply.id)
    if (read === undefined || reply.version === undefined || outcomeOf(read.call, reply, this.#facts) !== 'done') return
    this.#tell('read', read.call, read, reply.version, { position: this.#position, t: reply.t })
  }

  #writeAnswered(write: OpenWrite, reply: ReplyRecord): void {
    const { access, record, began } = write
    const outcome = outcomeOf(record, reply, this.#facts)
    // Nobody knows yet, or only the log does: it may tell more until the end.
    if (outcome === 'unknown' || outcome === 'happened') return
    this.#writes.delete(reply.id)
    if (outcome === 'failed') return
    const value = access.does === 'remove' ? 0 : (reply.version ?? null)
    // Kv version 1, which has secrets below `data/` too, answers a write with nothing.
    if (value === null && reply.status === 204) return
    this.#tell('write', record, { key: access.key, began }, value, { position: this.#position, t: reply.t })
  }

  #endAt(through: RegisterEnd): void {
    this.#through = through
    for (const write of this.#writes.values())
      if (write.version !== null || !this.#neverWas(write)) this.#tellOpen(write)
    this.#writes.clear()
  }

  /** Whether nobody can have seen it: a whole log has no trace of it, or has another entry in its place. */
  #neverWas({ index }: OpenWrite): boolean {
    const { ledger } = this.#facts
    if (!this.#numbersAgree || ledger.committed === 0 || !ledger.knows(ledger.committed)) return false
    return index === null || ledger.knows(index)
  }

  #tellOpen({ access, record, began, version }: OpenWrite): void {
    this.#open++
    this.#tell('write', record, { key: access.key, began }, access.does === 'remove' ? 0 : version, null)
  }

  #tell(
    kind: RegisterOperation['kind'],
    { session: client, op }: CallRecord,
    { key, began }: OpenRead,
    value: number | null,
    ended: Moment | null,
  ): void {
    this.#operations++
    this.#emit({
      kind,
      key,
      client,
      op,
      value,
      call: began.position,
      return: ended?.position ?? null,
      called: began.t,
      returned: ended?.t ?? null,
    })
  }
}

const tellsOfSecret = (fact: EntryFact): fact is Extract<EntryFact, { readonly what: 'secret' | 'secret-gone' }> =>
  fact.what === 'secret' || fact.what === 'secret-gone'
