/**
 * Which format a file has, by its first bytes; and what it is instead when it is no history.
 * Always holds: lines begin with an opening brace, frames with a length below 2^24 (so with a zero) and a map.
 */

const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])
const OPENING_BRACE = 0x7b
const OPENING_BRACKET = 0x5b
const FRAME_HEAD_BYTES = 4

export type HistoryFormat = 'lines' | 'frames'

interface Look {
  readonly bytes: readonly number[]
  readonly what: string
}

const LOOKS: readonly Look[] = [
  { bytes: [0x1f, 0x8b], what: 'it is compressed by gzip: unpack it first, with gunzip' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'it is compressed by zstd: unpack it first, with unzstd' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], what: 'it is compressed by xz: unpack it first, with unxz' },
  { bytes: [0x42, 0x5a, 0x68], what: 'it is compressed by bzip2: unpack it first, with bunzip2' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'it is a zip archive: unpack it first, with unzip' },
  { bytes: [0xef, 0xbb, 0xbf], what: 'it begins with a byte order mark: save it as UTF-8 without one' },
  { bytes: [0xff, 0xfe], what: 'it is text in UTF-16: save it as UTF-8' },
  { bytes: [0xfe, 0xff], what: 'it is text in UTF-16: save it as UTF-8' },
]

const JSON_LIST =
  'it is a JSON list: write each record on a line of its own, without the brackets and without commas between records'
const FORMATS =
  'a history has one JSON object a line, or frames of MessagePack (packages/protocol/HISTORY.md); `fourtwelve run --history` writes both'
const OTHER_TEXT = `it is text, and does not begin with a JSON object: ${FORMATS}`
const OTHER_BYTES = `it is neither lines of JSON nor frames of MessagePack: ${FORMATS}`

/** `start` is the beginning of the file, at least a byte of it. What is no history is told, in half a sentence. */
export function historyFormat(start: Uint8Array): HistoryFormat | { readonly instead: string } {
  const first = start.find((byte) => !BLANKS.has(byte))
  if (first === OPENING_BRACE) return 'lines'
  if (first === OPENING_BRACKET) return { instead: JSON_LIST }
  if (start[0] === 0 && beginsMap(start[FRAME_HEAD_BYTES])) return 'frames'
  const look = LOOKS.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))
  return { instead: look?.what ?? (isText(start) ? OTHER_TEXT : OTHER_BYTES) }
}

/** The marks of maps in MessagePack. Where the file ends before, it is cut off. */
const beginsMap = (mark: number | undefined): boolean =>
  mark === undefined || (mark >= 0x80 && mark <= 0x8f) || mark === 0xde || mark === 0xdf

/** Control characters other than blanks are in no text. */
const isText = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 0x20 || BLANKS.has(byte) || byte === 0x0c)
