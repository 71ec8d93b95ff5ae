/**
 * Reads a history from the parts of a file, record by record, in either format: the first byte tells which.
 * Always holds: no more than one part and one record are in memory; whatever is no record is refused with its place; a record that comes
 * out has every field that its kind must have (`record-defect.ts`).
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { Unpackr } from 'msgpackr'
import { BadInput } from './exit-codes.ts'
import { FRAME_HEAD_BYTES } from './history-writer.ts'
import { recordDefect } from './record-defect.ts'

/** Bytes of one record: the entries of a log that begins anew are the largest. */
const RECORD_BYTES_MAX = 16 * 1024 * 1024

const OPENING_BRACE = 0x7b
const LINE_END = 0x0a

interface Piece {
  readonly bytes: Buffer
  /** Bytes in front of it and behind it that only frame it. */
  readonly frame: number
}

/** Finds the next record in what was read; null when its end is not there yet. */
type NextPiece = (bytes: Buffer, isEnd: boolean) => Piece | null

/** Throws BadInput with the number of the line or record. */
export function* readHistory(path: string, parts: Iterable<Uint8Array>): Iterable<HistoryRecord> {
  const unpackr = new Unpackr({ useRecords: false })
  let rest: Buffer = Buffer.alloc(0)
  let isLines = true
  let number = 0
  const bad = (why: string): BadInput => new BadInput(`${path}:${isLines ? number : ` record ${number}`}: ${why}`)
  const decode = (bytes: Buffer): unknown => {
    try {
      return isLines ? JSON.parse(bytes.toString('utf8'), exactNumbers) : unpackr.unpack(bytes)
    } catch {
      throw bad(isLines ? 'this line is no JSON' : 'this is no MessagePack')
    }
  }
  function* records(isEnd: boolean): Iterable<HistoryRecord> {
    const next: NextPiece = isLines ? nextLine : nextFrame
    let at = 0
    for (;;) {
      number++
      const piece = next(rest.subarray(at), isEnd)
      if (piece === null) break
      at += piece.bytes.length + piece.frame
      const record = decode(piece.bytes)
      const defect = recordDefect(record, number === 1)
      if (defect !== null) throw bad(defect)
      yield record as HistoryRecord
    }
    rest = rest.subarray(at)
    if (rest.length > RECORD_BYTES_MAX) throw bad(`this record is longer than ${RECORD_BYTES_MAX} bytes`)
    if (isEnd && rest.length > 0) throw bad('the file ends in the middle of this record')
    number--
  }
  let isFirst = true
  for (const part of parts) {
    if (isFirst) isLines = part[0] === OPENING_BRACE
    isFirst = false
    rest = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part])
    yield* records(false)
  }
  if (isFirst) throw new BadInput(`${path}: this file is empty, and a history has at least its \`run\` record`)
  yield* records(true)
}

/** A last line without its end is a line too. */
const nextLine: NextPiece = (bytes, isEnd) => {
  const end = bytes.indexOf(LINE_END)
  if (end >= 0) return { bytes: bytes.subarray(0, end), frame: 1 }
  return isEnd && bytes.length > 0 ? { bytes, frame: 0 } : null
}

const nextFrame: NextPiece = (bytes) => {
  if (bytes.length < FRAME_HEAD_BYTES) return null
  const end = FRAME_HEAD_BYTES + bytes.readUInt32BE(0)
  return bytes.length < end ? null : { bytes: bytes.subarray(FRAME_HEAD_BYTES, end), frame: FRAME_HEAD_BYTES }
}

/** Numbers above 2^53-1 stand as texts in JSON (`exactJson`): only a token's index and epoch can be so large. */
function exactNumbers(key: string, value: unknown): unknown {
  return typeof value === 'string' && (key === 'index' || key === 'epoch') && /^\d{16,20}$/.test(value)
    ? BigInt(value)
    : value
}
