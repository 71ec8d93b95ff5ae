/**
 * JSON of records that may hold 64-bit numbers.
 * Always holds: a number above 2^53-1 is written as a text, so that no reader rounds it; the same value gives the same bytes.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'

/** One line, without its end. */
export const exactJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))

/** A record as a line of a history file (NDJSON), without its end. */
export const historyLine = (record: HistoryRecord): string => exactJson(record)
