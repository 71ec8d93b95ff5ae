/**
 * Heredocs: `<<EOT`, lines of text, and a line with nothing but `EOT`, which may be indented. `<<-EOT` takes that indent off.
 * Always holds: what `passHeredoc` found without a problem, `heredocText` can read.
 */

import { END, type TextCursor } from './text-cursor.ts'

const LETTER_OR_DIGIT = /^[A-Za-z_0-9\p{L}\p{Nd}]$/u

/** Goes past a heredoc of which `<` has been read. Says what is wrong with it, or null. */
export function passHeredoc(cursor: TextCursor): string | null {
  if (cursor.next() !== '<') return "heredoc expected second '<', didn't see it"
  const start = cursor.at
  let char = cursor.next()
  if (char === '-') char = cursor.next()
  while (LETTER_OR_DIGIT.test(char)) char = cursor.next()
  if (char === END) return 'heredoc not terminated'
  if (char !== '\n') return 'invalid characters in heredoc anchor'
  const mark = cursor.since(start).slice(0, -1)
  const anchor = mark.startsWith('-') ? mark.slice(1) : mark
  if (anchor === '') return 'zero-length heredoc anchor'
  return passLines(cursor, anchor, mark.length)
}

/** A closing line is never shorter than the mark: `<<-EOT` is closed by an indented `EOT` only. */
function passLines(cursor: TextCursor, anchor: string, shortest: number): string | null {
  let lineStart = cursor.at
  for (;;) {
    const char = cursor.next()
    if (char === END) return 'heredoc not terminated'
    if (char !== '\n') continue
    const line = cursor.since(lineStart).slice(0, -1)
    if (line.length >= shortest && isClosingLine(line, anchor)) return null
    lineStart = cursor.at
  }
}

function isClosingLine(line: string, anchor: string): boolean {
  const unindented = line.replace(/^[\t\n\v\f\r ]*/, '')
  return unindented.startsWith(anchor) && /^\r*$/.test(unindented.slice(anchor.length))
}

/** The lines between the marks. With `<<-` the closing line's indent is taken off every line, if every line has it. */
export function heredocText(token: string): string {
  const firstLine = token.indexOf('\n')
  const mark = token.slice(2, firstLine)
  const indented = mark.startsWith('-')
  const anchorLength = mark.length - (indented ? 1 : 0)
  const text = token.slice(firstLine + 1, token.length - anchorLength - 1)
  if (!indented) return text
  const lines = text.split('\n')
  const indent = lines.at(-1) ?? ''
  if (!lines.every((line) => line.startsWith(indent))) return withoutEndBlanks(text)
  return [...lines.slice(0, -1).map((line) => line.slice(indent.length)), ''].join('\n')
}

/** Counts from the end, because a regular expression would look at every run of blanks in a long text. */
function withoutEndBlanks(text: string): string {
  let end = text.length
  while (end > 0 && (text.charAt(end - 1) === ' ' || text.charAt(end - 1) === '\t')) end--
  return text.slice(0, end)
}
