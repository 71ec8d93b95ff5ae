/** How long tokens live, as the model reckons: whole seconds, straight from vault-http-api 2.4. */

import { MICROS_PER_SECOND, type JsonValue, type ServerConfig } from '@fourtwelve/protocol'
import type { StoredLease, StoredToken } from './replayed-state.ts'

export interface Wish {
  /** What is asked for; 0 for nothing. */
  readonly ttl: number
  /** What is given when nothing is asked for; 0 takes the system's default. */
  readonly otherwise: number
  readonly period: number
  readonly explicitMax: number
  /** The auth method's own maximum; 0 for none. */
  readonly methodMax: number
  /** Seconds since the lease was issued. */
  readonly age: number
}

/** The seconds that are granted; null when nothing is left. */
export function granted(config: ServerConfig, wish: Wish): number | null {
  const most = Math.min(
    ...[config.max_lease_ttl / MICROS_PER_SECOND, wish.methodMax, wish.explicitMax].filter((limit) => limit > 0),
  )
  // A periodic token has no end but its explicit one; each period is bound by the maximum, any other token's whole life is.
  const left = wish.period === 0 ? most - wish.age : wish.explicitMax === 0 ? most : wish.explicitMax - wish.age
  if (left <= 0) return null
  const asked = wish.period || wish.ttl || wish.otherwise || config.default_lease_ttl / MICROS_PER_SECOND
  return Math.min(asked, most, left)
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 }

/** Seconds of a text such as `90s` or `1h`; 0 for none. */
export function secondsOf(text: JsonValue | undefined): number {
  const [, digits = '0', unit = 's'] = /^(\d+)([smh])$/.exec(typeof text === 'string' ? text : '0s') ?? []
  return Number(digits) * (UNITS[unit] ?? Number.NaN)
}

export const wholeSeconds = (t: number): number => Math.floor(t / MICROS_PER_SECOND)

/** When a lease ends; a batch token's end is in itself. Null: never. */
export const endOf = (token: StoredToken, lease: StoredLease | null): number | null =>
  lease === null
    ? token.type === 'batch'
      ? token.creationTime + token.ttl * MICROS_PER_SECOND
      : null
    : lease.expireTime

/** As answers write a time: to the microsecond, without zeros at the end. */
export function timeText(t: number): string {
  const fraction = String(t % MICROS_PER_SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const calendar = new Date(wholeSeconds(t) * 1_000).toISOString().slice(0, 19)
  return `${calendar}${fraction === '' ? '' : `.${fraction}`}Z`
}
