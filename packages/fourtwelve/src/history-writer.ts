/**
 * Writes a history to a file: lines of JSON, or frames of MessagePack when the file's name ends in .msgpack.
 * Always holds: a frame is four bytes, the length of what follows (big-endian), and one record, so that a reader needs no more memory than
 * one record (packages/protocol/HISTORY.md).
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { historyLine } from '@fourtwelve/report'
import { Packr } from 'msgpackr'
import type { Ports } from './ports.ts'

export interface HistoryWriter {
  write(record: HistoryRecord): void
  close(): void
}

export const FRAME_HEAD_BYTES = 4

/** Throws BadInput when the file cannot be written. */
export function openHistory(path: string, ports: Ports): HistoryWriter {
  const sink = ports.createFile(path, 'replace')
  const close = (): void => sink.close()
  if (!path.endsWith('.msgpack')) return { write: (record) => sink.write(`${historyLine(record)}\n`), close }
  const packr = new Packr({ useRecords: false })
  return {
    write(record) {
      const packed = packr.pack(record)
      const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + packed.length)
      frame.writeUInt32BE(packed.length, 0)
      frame.set(packed, FRAME_HEAD_BYTES)
      sink.write(frame)
    },
    close,
  }
}
