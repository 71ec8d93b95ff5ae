/** Text in double quotes, as Go's `%q` writes it: error texts of Vault quote names and paths so. */

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}
const TO_ESCAPE = /["\\]|[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu

/** `secret/*` becomes `"secret/*"`; what is not printable becomes an escape. */
export const goQuote = (text: string): string => `"${text.replace(TO_ESCAPE, escaped)}"`

function escaped(char: string): string {
  const short = ESCAPES[char]
  if (short !== undefined) return short
  const code = char.codePointAt(0) ?? 0
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
