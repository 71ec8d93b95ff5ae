/**
 * What a law notes of a call as it leaves, for the time when it is answered.
 * Always holds: at most NOTES_MAX; calls that are never answered are forgotten, the oldest first. Small while few calls wait, so that it
 * costs little.
 */

const NOTES_MAX = 65_536

export class OpenNotes<Note> {
  readonly #notes = new Map<number, Note>()

  set(call: number, note: Note): void {
    if (this.#notes.size >= NOTES_MAX) {
      for (const oldest of this.#notes.keys()) {
        this.#notes.delete(oldest)
        break
      }
    }
    this.#notes.set(call, note)
  }

  /** The note, which is thereby forgotten. */
  take(call: number): Note | undefined {
    if (this.#notes.size === 0) return undefined
    const note = this.#notes.get(call)
    if (note !== undefined) this.#notes.delete(call)
    return note
  }

  clear(): void {
    this.#notes.clear()
  }
}
