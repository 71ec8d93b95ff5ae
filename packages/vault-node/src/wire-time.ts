/**
 * Writes times as Vault's answers do.
 * Always holds: this is the only file of the package where `Date` stands, and it turns a given time into text: no clock is read.
 */

import { MICROS_PER_MS, MICROS_PER_SECOND, wholeSeconds, type Micros } from '@fourtwelve/protocol'

/**
 * A time since the Unix epoch in Go's RFC3339Nano form, UTC (vault-http-api 1.10): `2026-11-21T20:40:41.1234Z`.
 * Zeros at the end of the fraction are cut as Go cuts them; whole seconds have no fraction.
 */
export function rfc3339Nano(t: Micros): string {
  const second = wholeSeconds(t)
  const left = t - second * MICROS_PER_SECOND
  if (left === 0) return `${calendarOf(second)}Z`
  return `${calendarOf(second)}.${String(left).padStart(6, '0').replace(/0+$/, '')}Z`
}

/** A time in whole seconds as Go prints one by itself, UTC: `2026-11-21 20:40:41 +0000 UTC`. */
export const goTime = (t: Micros): string => `${calendarOf(wholeSeconds(t)).replace('T', ' ')} +0000 UTC`

/** Answers that follow each other mostly tell the same few seconds; so many are kept. */
const CALENDARS_KEPT = 1024
const calendars = new Map<number, string>()

function calendarOf(second: number): string {
  const known = calendars.get(second)
  if (known !== undefined) return known
  // oxlint-disable-next-line no-restricted-globals -- calendar arithmetic on a time that was handed in; no clock is read
  const text = new Date((second * MICROS_PER_SECOND) / MICROS_PER_MS).toISOString()
  const calendar = text.slice(0, 'yyyy-mm-ddThh:mm:ss'.length)
  if (calendars.size >= CALENDARS_KEPT) calendars.clear()
  calendars.set(second, calendar)
  return calendar
}

/** Whole seconds since the Unix epoch, rounded down: `creation_time` and `last_renewal_time` of a token lookup. */
export const unixSeconds = (t: Micros): number => wholeSeconds(t)
