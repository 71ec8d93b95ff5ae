/**
 * What a literal means: strings without quotes and escapes, heredocs without marks and indent.
 * Always holds: every token that the scanner let through has a meaning; nothing here fails.
 */

import { heredocText } from './hcl-heredoc.ts'
import type { HclLiteral, Position, Token } from './hcl-syntax.ts'
import type { Dialect } from './hcl-scanner.ts'

/** The literal that a token stands for. Null is an empty string, as in Vault. */
export function literalOf(token: Token, dialect: Dialect, position: Position): HclLiteral | null {
  switch (token.type) {
    case 'NUMBER':
    case 'FLOAT':
    case 'BOOL':
      return { kind: 'literal', type: token.type, value: token.text, position }
    case 'STRING':
      return { kind: 'literal', type: 'STRING', value: unquote(token.text, dialect), position }
    case 'HEREDOC':
      return { kind: 'literal', type: 'HEREDOC', value: heredocText(token.text), position }
    case 'NULL':
      return { kind: 'literal', type: 'STRING', value: '', position }
    case 'ILLEGAL':
    case 'EOF':
    case 'COMMENT':
    case 'IDENT':
    case 'LBRACK':
    case 'RBRACK':
    case 'LBRACE':
    case 'RBRACE':
    case 'COMMA':
    case 'COLON':
    case 'PERIOD':
    case 'ASSIGN':
    case 'ADD':
    case 'SUB':
      return null
  }
}

/** The text between the quotes, with its escapes undone; HCL leaves what stands inside `${ }` as it is. */
export function unquote(quoted: string, dialect: Dialect): string {
  const body = quoted.slice(1, -1)
  if (dialect === 'json') return unescape(body)
  let text = ''
  let at = 0
  for (let open = body.indexOf('${'); open >= 0; open = body.indexOf('${', at)) {
    const close = closingBrace(body, open + 2)
    text += unescape(body.slice(at, open)) + body.slice(open, close)
    at = close
  }
  return text + unescape(body.slice(at))
}

/** Just after the brace that closes the one before `from`; the end of the text when there is none. */
function closingBrace(body: string, from: number): number {
  let open = 1
  for (let at = from; at < body.length; at++) {
    const char = body.charAt(at)
    if (char === '{') open++
    if (char === '}' && --open === 0) return at + 1
  }
  return body.length
}

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))/gsu
const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const REPLACEMENT = '\uFFFD'

const unescape = (body: string): string =>
  body.replace(ESCAPE, (_, byte?: string, short?: string, long?: string, octal?: string, named?: string): string => {
    if (named !== undefined) return NAMED[named] ?? named
    const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8)
    return isCharacter(code) ? String.fromCodePoint(code) : REPLACEMENT
  })

const isCharacter = (code: number): boolean => code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
