/**
 * The calls of a history: which wait for their answers, what their paths say, and what laws remember of them and of their sessions.
 * Always holds: one call is judged at a time, as it leaves or as it is answered, and what a law remembers is of that call, its session or
 * its secret: each is looked up once for all laws. Memory is bounded by what it is made of.
 */

import type { CallRecord } from '@fourtwelve/protocol'
import { KnownPaths, type KnownPath } from './known-paths.ts'
import { KnownSessions, type KnownSession } from './known-sessions.ts'
import { Memories, type Memory, type Places } from './memory.ts'
import { OpenCalls } from './open-calls.ts'
import { gatesOf, PREFLIGHT, type PathGates } from './path-gates.ts'

interface JudgedCall {
  readonly call: CallRecord
  readonly path: KnownPath
  readonly session: KnownSession
  notes: Places | null
}

export class CallMemory {
  readonly #open = new OpenCalls<JudgedCall>()
  readonly #paths = new KnownPaths()
  readonly #sessions = new KnownSessions()
  readonly #calls = new Memories()
  readonly #ofSessions = new Memories()
  readonly #secrets = new Memories()
  #now: JudgedCall | null = null

  /** What a law remembers of the call that is judged, from when it leaves until it is answered. To be asked for before the first record. */
  ofCall<Value>(): Memory<Value> {
    return this.#calls.place()
  }

  /** What a law remembers of the session whose call is judged. */
  ofSession<Value>(): Memory<Value> {
    return this.#ofSessions.place()
  }

  /** What a law remembers of the secret whose data is read or written, as the session knows it; nothing for other paths. */
  ofSecret<Value>(): Memory<Value> {
    return this.#secrets.place()
  }

  leaves(call: CallRecord): void {
    const judged = { call, path: this.#paths.observe(call), session: this.#sessions.find(call.session), notes: null }
    this.#open.add(judged)
    this.#turnTo(judged)
  }

  /** The call that is answered now; undefined when it is not known. */
  take(id: number): CallRecord | undefined {
    const judged = this.#open.take(id)
    if (judged === undefined) return undefined
    this.#turnTo(judged)
    return judged.call
  }

  /** The call that waits under this number. */
  find(id: number): CallRecord | undefined {
    return this.#open.find(id)?.call
  }

  /** The log is numbered anew. */
  forgetOpen(): void {
    this.#open.forgetAll()
    this.#sessions.forgetSecrets()
  }

  /** Which gates guard a call. */
  gatesOf(call: CallRecord): PathGates {
    if (this.#now?.call !== call) return gatesOf(call)
    return call.method === 'OPTIONS' ? PREFLIGHT : this.#now.path.gates
  }

  /** Whether versions of the secret that is read or written may have started again. */
  get mayHaveStartedAgain(): boolean {
    return this.#now?.path.isRemoved !== false || this.#paths.mayHaveMoved
  }

  /** Whether any path may lead to another secret than before. */
  get mayHaveMoved(): boolean {
    return this.#paths.mayHaveMoved
  }

  #turnTo(judged: JudgedCall): void {
    const { path, session } = judged
    this.#now = judged
    this.#ofSessions.turnTo(session.places)
    this.#calls.turnTo(judged.notes, this.#beginNotes)
    if (path.isSecret) this.#secrets.turnTo(session.secrets.get(path) ?? null, this.#beginSecret)
    else this.#secrets.turnTo(null)
  }

  readonly #beginNotes = (): Places => {
    const notes: Places = []
    if (this.#now !== null) this.#now.notes = notes
    return notes
  }

  readonly #beginSecret = (): Places =>
    this.#now === null ? [] : this.#sessions.beginSecret(this.#now.session, this.#now.path)
}
