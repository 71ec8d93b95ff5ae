/**
 * Goes through a text character by character and knows the line and the column.
 * Always holds: it ends (reading past the end gives END forever), and one character can be put back.
 */

import type { Position } from './hcl-syntax.ts'

/** What reading past the end gives. */
export const END = ''

export class TextCursor {
  readonly #text: string
  #at = 0
  #line = 1
  /** Of the character read last. Reading at the end moves it on, which shows in the positions of errors there. */
  #column = 0
  #lastLineLength = 0
  #beforeNext = { at: 0, line: 1, column: 0 }
  #nullAt: Position | null = null

  constructor(text: string) {
    this.#text = text
  }

  /** How many UTF-16 units have been read. */
  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** The place of the first null character that was read. */
  get nullAt(): Position | null {
    return this.#nullAt
  }

  /** The place of the character read last; a line break stands at the end of its line. */
  get position(): Position {
    if (this.#column > 0) return { line: this.#line, column: this.#column }
    if (this.#lastLineLength > 0) return { line: this.#line - 1, column: this.#lastLineLength }
    return { line: 1, column: 1 }
  }

  /** The next character. A null character reads as END, though more may follow it. */
  next(): string {
    const char = this.peek()
    if (char === END) {
      this.#column++
      return END
    }
    this.#beforeNext = { at: this.#at, line: this.#line, column: this.#column }
    this.#at += char.length
    this.#column++
    if (char === '\n') {
      this.#line++
      this.#lastLineLength = this.#column
      this.#column = 0
    }
    if (char !== '\0') return char
    this.#nullAt ??= this.position
    return END
  }

  /** Puts back the character read last, which must not have been END. */
  unread(): void {
    this.#at = this.#beforeNext.at
    this.#line = this.#beforeNext.line
    this.#column = this.#beforeNext.column
  }

  peek(): string {
    const code = this.#text.codePointAt(this.#at)
    return code === undefined ? END : String.fromCodePoint(code)
  }

  /** Reads as many units as are known to be there, and looks at what follows `looks` times: at the end that moves the column. */
  skip(units: number, looks: number): void {
    for (const end = this.#at + units; this.#at < end;) this.next()
    if (this.isAtEnd) this.#column += looks
  }

  /** The text from a unit on, up to what has been read. */
  since(start: number): string {
    return this.#text.slice(start, this.#at)
  }

  /** What a sticky expression matches at a unit; null when it does not. */
  match(sticky: RegExp, at: number): string | null {
    sticky.lastIndex = at
    return sticky.exec(this.#text)?.[0] ?? null
  }
}
