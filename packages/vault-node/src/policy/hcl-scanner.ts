/**
 * Cuts a policy text into tokens, in HCL's dialect (with lines that end in `\n` alone) or in HCL's own idea of JSON.
 * Always holds: scanning ends (the end of the text is a token that repeats), and a defect never stops it: the last defect is
 * kept for the parser, which then reports that one and nothing else, as Vault does.
 */

import { passHeredoc } from './hcl-heredoc.ts'
import { positionText, type Token, type TokenType } from './hcl-syntax.ts'
import { END, TextCursor } from './text-cursor.ts'

export type Dialect = 'hcl' | 'json'

const PUNCTUATION: Readonly<Record<Dialect, ReadonlyMap<string, TokenType>>> = {
  hcl: new Map([
    [END, 'EOF'],
    ['[', 'LBRACK'],
    [']', 'RBRACK'],
    ['{', 'LBRACE'],
    ['}', 'RBRACE'],
    [',', 'COMMA'],
    ['=', 'ASSIGN'],
    ['+', 'ADD'],
    ['-', 'SUB'],
    ['.', 'PERIOD'],
  ]),
  json: new Map([
    [END, 'EOF'],
    ['[', 'LBRACK'],
    [']', 'RBRACK'],
    ['{', 'LBRACE'],
    ['}', 'RBRACE'],
    [',', 'COMMA'],
    [':', 'COLON'],
    ['.', 'PERIOD'],
  ]),
}

const WHITESPACE = /^[ \t\n\r]$/
const LETTER = /^[A-Za-z_\p{L}]$/u
const IDENTIFIER_REST: Readonly<Record<Dialect, RegExp>> = {
  hcl: /[A-Za-z_0-9\p{L}\p{Nd}.-]*/uy,
  json: /[A-Za-z_0-9\p{L}\p{Nd}-]*/uy,
}
/** After `e`, and a sign if there is one, one character more belongs to the number, digit or not: so Vault's scanner has it. */
const NUMBER: Readonly<Record<Dialect, RegExp>> = {
  hcl: /-?0[xX][0-9a-fA-F]*|-?\d+(?:\.\d*)?(?:[eE](?:[+-]?(?:\d+|\D)|[+-])?)?|\.\d+/uy,
  json: /-?\d+(?:\.\d*)?(?:[eE](?:[+-]?(?:\d+|\D)|[+-])?)?|\.\d+/uy,
}
const SIMPLE_ESCAPES: ReadonlySet<string> = new Set('abfnrtv\\"')
/** How many hexadecimal digits follow. */
const HEX_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
])
const OCTAL_DIGIT = /^[0-7]$/
const HEX_DIGIT = /^[0-9a-fA-F]$/

export class HclScanner {
  readonly #cursor: TextCursor
  readonly #dialect: Dialect
  #defect: string | null = null

  constructor(text: string, dialect: Dialect) {
    this.#cursor = new TextCursor(text)
    this.#dialect = dialect
  }

  /** The last defect with its position, such as `1:15: literal not terminated`; null while there is none. */
  get defect(): string | null {
    const { nullAt } = this.#cursor
    if (this.#defect !== null || nullAt === null || this.#dialect === 'json') return this.#defect
    return `${positionText(nullAt)}: unexpected null character (0x00)`
  }

  scan(): Token {
    let char = this.#cursor.next()
    while (WHITESPACE.test(char)) char = this.#cursor.next()
    const start = this.#cursor.at - char.length
    const position = this.#cursor.position
    const type = this.#rest(char, start)
    return { type, text: this.#cursor.since(start), position }
  }

  /** Reads the rest of the token that begins with `char`. */
  #rest(char: string, start: number): TokenType {
    if (LETTER.test(char)) return this.#word(start)
    const number = this.#cursor.match(NUMBER[this.#dialect], start)
    if (number !== null) return this.#number(number)
    if (char === '"') return this.#string()
    if (this.#dialect === 'hcl') {
      if (char === '#' || char === '/') return this.#comment(char)
      if (char === '<') return this.#heredoc()
    }
    const type = PUNCTUATION[this.#dialect].get(char)
    if (type !== undefined) return type
    this.#report(this.#dialect === 'json' && char !== '-' ? `illegal char: ${char}` : 'illegal char')
    return 'ILLEGAL'
  }

  #word(start: number): TokenType {
    const rest = this.#cursor.match(IDENTIFIER_REST[this.#dialect], this.#cursor.at) ?? ''
    this.#cursor.skip(rest.length, 1)
    const word = this.#cursor.since(start)
    if (word === 'true' || word === 'false') return 'BOOL'
    if (this.#dialect === 'hcl') return 'IDENT'
    if (word === 'null') return 'NULL'
    this.#report('illegal char')
    return 'ILLEGAL'
  }

  /** `text` is the whole number; its first character has been read. */
  #number(text: string): TokenType {
    // A number is looked past twice, unless it is octal or hexadecimal.
    this.#cursor.skip(text.length - 1, this.#dialect === 'hcl' && /^-?0/.test(text) ? 1 : 2)
    if (/^-?0x$/i.test(text) && this.#dialect === 'hcl') this.#reportNext('illegal hexadecimal number')
    if (/[.eE]/.test(text) && !/x/i.test(text)) return 'FLOAT'
    // A leading zero means octal. The first digit after it is not looked at here: the number is refused when it is read.
    if (/^-?0\d+[89]/.test(text) && this.#dialect === 'hcl') this.#reportNext('illegal octal number')
    if (/^-?0\d/.test(text) && this.#dialect === 'json') this.#report('numbers cannot start with 0')
    return 'NUMBER'
  }

  /** A string ends at a quote; in HCL not at one inside `${ }`, which may hold line breaks as well. */
  #string(): TokenType {
    const nests = this.#dialect === 'hcl'
    let braces = 0
    for (;;) {
      const char = this.#cursor.next()
      if (char === END || (char === '\n' && (braces === 0 || !nests))) {
        this.#report('literal not terminated')
        return 'STRING'
      }
      if (char === '"' && (braces === 0 || !nests)) return 'STRING'
      if (braces === 0 && char === '$' && this.#cursor.peek() === '{') {
        braces = 1
        this.#cursor.next()
      } else if (braces > 0 && char === '{') braces++
      else if (braces > 0 && char === '}') braces--
      if (char === '\\') this.#escape()
    }
  }

  #escape(): void {
    const char = this.#cursor.next()
    if (SIMPLE_ESCAPES.has(char)) return
    const hexDigits = HEX_ESCAPES.get(char)
    if (OCTAL_DIGIT.test(char)) this.#escapeDigits(char, OCTAL_DIGIT, 3)
    else if (hexDigits !== undefined) this.#escapeDigits(this.#cursor.next(), HEX_DIGIT, hexDigits)
    else this.#report('illegal char escape')
  }

  /** Expects `count` digits, of which `char` is the first, and leaves the character after them unread. */
  #escapeDigits(first: string, digit: RegExp, count: number): void {
    let char = first
    let left = count
    while (left > 0 && digit.test(char)) {
      char = this.#cursor.next()
      if (char === END) break
      left--
    }
    if (left > 0) this.#report('illegal char escape')
    if (char !== END && (left < count || this.#dialect === 'json')) this.#cursor.unread()
  }

  #comment(first: string): TokenType {
    const second = this.#cursor.peek()
    if (first === '/' && second === '*') return this.#longComment()
    if (first === '/' && second !== '/') {
      this.#report("expected '/' for comment")
      return 'COMMENT'
    }
    let char = this.#cursor.next()
    while (char !== '\n' && char !== END) char = this.#cursor.next()
    if (char !== END) this.#cursor.unread()
    return 'COMMENT'
  }

  #longComment(): TokenType {
    this.#cursor.next()
    let before = this.#cursor.next()
    while (before !== END) {
      const char = this.#cursor.next()
      if (before === '*' && char === '/') return 'COMMENT'
      before = char
    }
    this.#report('comment not terminated')
    return 'COMMENT'
  }

  #heredoc(): TokenType {
    const problem = passHeredoc(this.#cursor)
    if (problem !== null) this.#report(problem)
    return 'HEREDOC'
  }

  #report(problem: string): void {
    this.#defect = `${positionText(this.#cursor.position)}: ${problem}`
  }

  /** Reports at the character after the token. */
  #reportNext(problem: string): void {
    const atEnd = this.#cursor.isAtEnd
    if (!atEnd) this.#cursor.next()
    this.#report(problem)
    if (!atEnd) this.#cursor.unread()
  }
}
