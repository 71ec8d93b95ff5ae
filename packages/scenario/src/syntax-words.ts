/**
 * What the YAML parser complains of, in words for the one who wrote the file: what is wrong, and what to do about it.
 * Always holds: every complaint has words; one that is not known here keeps the parser's own, with where to look.
 */

/** What a complaint of the parser has: its code and its words. */
export interface Complaint {
  readonly code: string
  readonly message: string
}

type Words = string | ((found: readonly string[]) => string)

const OPENING: Readonly<Record<string, string>> = { ']': '[', '}': '{' }

/** Looked through in order; what is sought stands in `CODE words`. */
const ROWS: readonly (readonly [RegExp, Words])[] = [
  [
    /end with a ([\]}])/,
    ([, sign = '']) =>
      `the ${OPENING[sign]} before this is not closed: write ${sign} where it ends, and indent all lines in it deeper than its key`,
  ],
  [/Flow end indicator/, 'the closing bracket stands too far left: indent it deeper than its key'],
  [/Missing closing (["'])/, ([, sign = '']) => `text in ${sign} has no end: write ${sign} where it ends`],
  [/^TAB_AS_INDENT/, 'a tab indents this: use spaces'],
  [
    /Nested mappings are not allowed/,
    'a value holds another "key: value": put text with a colon in quotes, or give the inner keys lines of their own, indented, beneath a key without a value',
  ],
  [/block sequence may not be/, 'the items of this list are not in one column: let every - stand below the first'],
  [
    /block-seq-ind on same line/,
    'a list stands where a value or a key must: begin it on a line of its own, beneath a key without a value',
  ],
  [
    /^MULTILINE_IMPLICIT_KEY|map keys need to be followed|Missing space after :/,
    'this is no "key: value": write the colon, a space after it, and each key on a line of its own',
  ],
  [
    /same column|Sequence item without/,
    'this is not in the column of the lines that it belongs to: indent the keys of one mapping, or the - of one list, equally',
  ],
  [/^BAD_SCALAR_START .*(.)$/, ([, sign = '']) => `no value begins with ${sign}: put it in quotes`],
  [
    /^BAD_DQ_ESCAPE .* (\S+)$/,
    ([, sign = '']) => `${sign} means nothing in double quotes: write \\\\ for a backslash, or take single quotes`,
  ],
  [
    /^(TAG_RESOLVE_FAILED|MULTIPLE_TAGS|BAD_COLLECTION_TYPE)/,
    'tags (words that begin with !) are not read: leave it out, or put the value in quotes',
  ],
  [/Unexpected , in|empty item/, 'a comma is one too many: take it away'],
  [/Missing , /, 'a comma or a colon is missing between items in { } or [ ]: write it'],
  [
    /flow-(?:seq|map)-end.*"(.)"/,
    ([, sign = '']) => `nothing is open that ${sign} could close: take it away, or write the ${OPENING[sign]}`,
  ],
  [
    /^(BLOCK_IN_FLOW|BAD_INDENT .*Block scalar|UNEXPECTED_TOKEN .*[Bb]lock scalar|MISSING_CHAR Block scalar)/,
    'text after | or > begins on the next line, deeper than its key, and lists and keys by lines do not stand in { } or [ ]: write it so',
  ],
  [/Comments must be separated/, 'a comment begins right behind something else: write a space before #'],
  [
    /^(ALIAS_PROPS|BAD_ALIAS|MULTIPLE_ANCHORS|BAD_PROP_ORDER)|Tags and anchors|block sequence props/,
    'an anchor (&) or an alias (*) cannot stand so: write the value itself, or put it in quotes',
  ],
  [/same line with directives-end/, 'the first key or item stands behind ---: begin it on the next line'],
  [/^BAD_DIRECTIVE|directives-end/, 'a line that begins with % is not read: leave it out'],
  [/^KEY_OVER_1024_CHARS/, 'a key is longer than 1024 letters: put text with a colon in quotes'],
  [
    /^UNEXPECTED_TOKEN/,
    'a value has ended before this: put all of it in quotes, or indent this line as those that it belongs to',
  ],
]

/** One clause without a full stop; it stands behind the place. */
export function syntaxWords({ code, message }: Complaint): string {
  const said = `${code} ${message}`
  for (const [pattern, words] of ROWS) {
    const found = pattern.exec(said)
    if (found !== null) return typeof words === 'string' ? words : words(found)
  }
  return `this cannot be read (${message}): look at quotes, brackets, colons and indentation here and on the line before`
}

/** Letters of a line that are shown: enough for a terminal, around the place. */
const SHOWN_MAX = 100
const SHOWN_BEFORE = 70
const INDENT = '    '
/** What would move the cursor, a tab too: each is one blank, so that the caret stands below its place. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g

/** The line with a caret below the column (from 1), on two lines, indented. */
export function pointedLine(line: string, column: number): string {
  const from = Math.max(0, column - 1 - SHOWN_BEFORE)
  const shown = line
    .slice(from, from + SHOWN_MAX)
    .replaceAll(CONTROLS, ' ')
    .trimEnd()
  return `${INDENT}${shown}\n${INDENT}${' '.repeat(column - 1 - from)}^`
}
