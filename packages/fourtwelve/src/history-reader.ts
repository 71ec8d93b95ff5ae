/**
 * Reads a history from the parts of a file, record by record, in either format: the first bytes tell which.
 * Always holds: no more than one part and one record are in memory; whatever is no record is refused with its place; a record that comes
 * out has every field that its kind must have (`record-defect.ts`), and may stand where it stands (`history-order.ts`).
 */

import { DEFAULT_SERVER_CONFIG, type HistoryRecord, type RunRecord } from '@fourtwelve/protocol'
import { Unpackr } from 'msgpackr'
import { BadInput } from './exit-codes.ts'
import { historyFormat } from './history-format.ts'
import { CALLS_KNOWN, HistoryOrder } from './history-order.ts'
import { FRAME_HEAD_BYTES } from './history-writer.ts'
import { recordDefect } from './record-defect.ts'
import { isValues } from './record-shape.ts'

/** Bytes of one record: the entries of a log that begins anew are the largest. */
const RECORD_BYTES_MAX = 16 * 1024 * 1024

const LINE_END = 0x0a

/** Writers of other languages give any integer 64 bits. The types of msgpackr do not know this value of its, which is documented. */
const UNPACKR = new Unpackr({ useRecords: false, int64AsType: 'auto' as never })

interface Piece {
  readonly bytes: Buffer
  /** Bytes in front of it and behind it that only frame it. */
  readonly frame: number
}

/** Finds the next record in what was read; null when its end is not there yet. */
type NextPiece = (bytes: Buffer, isEnd: boolean) => Piece | null

/**
 * Throws BadInput with the number of the line or record. `tell` hears in one line of what is no defect, and may still not be meant.
 */
export function* readHistory(
  path: string,
  parts: Iterable<Uint8Array>,
  tell: (line: string) => void,
): Iterable<HistoryRecord> {
  let rest: Buffer = Buffer.alloc(0)
  let isLines = true
  let number = 0
  let order = new HistoryOrder()
  const stray = { answers: 0, mayBeForgotten: false }
  const bad = (why: string): BadInput => new BadInput(`${path}:${isLines ? number : ` record ${number}`}: ${why}`)
  const beginRun = (): void => {
    stray.answers += order.strayAnswers
    stray.mayBeForgotten ||= order.strayAnswers > 0 && order.hasForgotten
    order = new HistoryOrder()
  }
  const decode = ({ bytes, frame }: Piece): unknown => {
    try {
      return isLines ? JSON.parse(bytes.toString('utf8')) : UNPACKR.unpack(bytes)
    } catch {
      throw bad(!isLines ? 'this is no MessagePack' : frame === 0 ? CUT_LINE : NO_JSON)
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
      const read = decode(piece)
      if (isLines) restoreNumbers(read)
      const defect = recordDefect(read, number === 1)
      if (defect !== null) throw bad(defect)
      const record = read as HistoryRecord
      if (record.kind === 'run') beginRun()
      const disorder = order.defect(record)
      if (disorder !== null) throw bad(disorder)
      yield record.kind === 'run' ? withAllSwitches(record) : record
    }
    rest = rest.subarray(at)
    if (rest.length > RECORD_BYTES_MAX) throw bad(`this record is longer than ${RECORD_BYTES_MAX} bytes`)
    if (isEnd && rest.length > 0) throw bad('the file ends in the middle of this record')
    number--
  }
  let isFirst = true
  for (const part of parts) {
    if (part.length === 0) continue
    if (isFirst) {
      const format = historyFormat(part)
      if (typeof format !== 'string') throw new BadInput(`${path} is no history: ${format.instead}`)
      isLines = format === 'lines'
    }
    isFirst = false
    rest = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part])
    yield* records(false)
  }
  if (isFirst) throw new BadInput(`${path}: this file is empty, and a history has at least its \`run\` record`)
  yield* records(true)
  beginRun()
  if (stray.answers > 0) tell(`${path}: ${strayWords(stray.answers, stray.mayBeForgotten)}`)
}

const NO_JSON = 'this line is no JSON: a record is one JSON object, whole on its line'
const CUT_LINE = 'the file ends in the middle of this line'

function strayWords(answers: number, mayBeForgotten: boolean): string {
  const [belong, calls] = answers === 1 ? ['answer belongs', 'a call that is'] : ['answers belong', 'calls that are']
  const forgotten = mayBeForgotten ? `, or more than ${CALLS_KNOWN} calls and answers before them` : ''
  return `${answers} ${belong} to ${calls} not in this history${forgotten}`
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
function restoreNumbers(read: unknown): void {
  if (!isValues(read) || (read['kind'] !== 'call' && read['kind'] !== 'reply')) return
  restoreToken(read['token'])
  restoreToken(read['bodyToken'])
}

function restoreToken(token: unknown): void {
  if (!isValues(token) || token['type'] !== 'service') return
  const { index, epoch } = token
  if (isDecimal(index) || isDecimal(epoch)) Object.assign(token, { index: exact(index), epoch: exact(epoch) })
}

const isDecimal = (value: unknown): value is string => typeof value === 'string' && /^\d{1,20}$/.test(value)

function exact(value: unknown): unknown {
  if (!isDecimal(value)) return value
  const number = BigInt(value)
  return number <= Number.MAX_SAFE_INTEGER ? Number(number) : number
}

/** Those that are absent have their defaults: servers behaved so before there was a switch. */
const withAllSwitches = (run: RunRecord): RunRecord => ({
  ...run,
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...run.switches },
})
