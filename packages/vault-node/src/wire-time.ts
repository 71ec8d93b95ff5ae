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
  // oxlint-disable-next-line no-restricted-globals -- calendar arithmetic on a time that was handed in; no clock is read
  const calendar = new Date((second * MICROS_PER_SECOND) / MICROS_PER_MS)
    .toISOString()
    .slice(0, 'yyyy-mm-ddThh:mm:ss'.length)
  const fraction = String(t - second * MICROS_PER_SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return fraction === '' ? `${calendar}Z` : `${calendar}.${fraction}Z`
}

/** Whole seconds since the Unix epoch, rounded down: `creation_time` and `last_renewal_time` of a token lookup. */
export const unixSeconds = (t: Micros): number => wholeSeconds(t)
