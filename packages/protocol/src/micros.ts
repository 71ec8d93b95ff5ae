/**
 * Time: whole microseconds, as points (since the Unix epoch, or since the start of a run) and as lengths.
 * Always holds: a Micros is an integer of at most 2^53-1, so that sums are exact on every machine.
 */

export type Micros = number & { readonly Micros: unique symbol }

export const MICROS_PER_MS = 1_000
export const MICROS_PER_SECOND = 1_000_000

/** Rounds to whole microseconds. Throws when the number is no finite time. */
export function micros(value: number): Micros {
  // Adding 0 takes the sign off -0, which tests and some encoders tell from 0.
  const rounded = Math.round(value) + 0
  if (!Number.isSafeInteger(rounded)) {
    throw new Error(`${value} is no time in microseconds: give a finite number below 2^53`)
  }
  return rounded as Micros
}

export const milliseconds = (value: number): Micros => micros(value * MICROS_PER_MS)
export const seconds = (value: number): Micros => micros(value * MICROS_PER_SECOND)

/** The whole seconds in a time, rounded down: what Vault's integer fields hold. */
export const wholeSeconds = (value: Micros): number => Math.floor(value / MICROS_PER_SECOND)

const UNIT_MICROS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  ms: MICROS_PER_MS,
  s: MICROS_PER_SECOND,
  m: 60 * MICROS_PER_SECOND,
  h: 3600 * MICROS_PER_SECOND,
  d: 86_400 * MICROS_PER_SECOND,
}

const DURATION_PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h|d)/y

/** Reads a Go duration with units, such as `1h30m`, `250ms`, `-5s`, `0`. Null when the text is none. */
export function parseDuration(text: string): Micros | null {
  const sign = text.startsWith('-') ? -1 : 1
  const body = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text
  if (body === '0') return 0 as Micros
  if (body === '') return null
  let total = 0
  DURATION_PART.lastIndex = 0
  while (DURATION_PART.lastIndex < body.length) {
    const part = DURATION_PART.exec(body)
    if (part === null) return null
    total += Number(part[1]) * (UNIT_MICROS[part[2] ?? ''] ?? Number.NaN)
  }
  const rounded = Math.round(total)
  return Number.isSafeInteger(rounded) ? micros(sign * rounded) : null
}

/** Writes a time as a person would: `400ms`, `2s`, `1.5s`, `1h5s`. */
export function formatDuration(value: Micros): string {
  if (value < 0) return `-${formatDuration(micros(0 - value))}`
  if (value < MICROS_PER_MS) return value === 0 ? '0s' : `${value}us`
  if (value < MICROS_PER_SECOND) return `${value / MICROS_PER_MS}ms`
  const hours = Math.floor(value / (3600 * MICROS_PER_SECOND))
  const minutes = Math.floor(value / (60 * MICROS_PER_SECOND)) % 60
  const rest = (value % (60 * MICROS_PER_SECOND)) / MICROS_PER_SECOND
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 ? `${rest}s` : ''}`
}
