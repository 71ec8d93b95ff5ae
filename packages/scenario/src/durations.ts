/**
 * Times and rates as a scenario file writes them: text with a unit, such as `250ms`, `1m30s`, `200/s`.
 * Always holds: a bare number other than 0 is refused, since nobody could tell seconds from milliseconds.
 */

import { micros, MICROS_PER_SECOND, parseDuration, type Micros } from '@fourtwelve/protocol'
import { z } from 'zod'
import { picked } from './picked.ts'
import { refuse } from './section.ts'

/** The texts that `parseDuration` reads, without a minus sign: what editors check before a run does. */
const DURATION_PATTERN = '^\\+?(0|((\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h|d))+)$'

const durationText: z.ZodType<Micros> = z
  .string()
  .meta({ pattern: DURATION_PATTERN })
  .transform((text, context) => {
    const time = parseDuration(text)
    if (time === null)
      return refuse(context, text, `must be a duration such as 250ms or 1m30s, not ${JSON.stringify(text)}`)
    if (time < 0) return refuse(context, text, `must not be negative, as ${text} is`)
    return time
  })

const zero: z.ZodType<Micros> = z.literal(0).transform(() => micros(0))

/** A length of time of 0 or more: `250ms`, `0s`, `0`. */
export const duration: z.ZodType<Micros> = picked([durationText, zero], (value) => {
  if (value === 0) return zero
  if (typeof value === 'number') return { refused: `must have a unit: write "${value}s" or "${value}ms"` }
  if (typeof value === 'string') return durationText
  return { refused: 'must be a duration such as 250ms or 1m30s' }
})

/** A length of time, or one with a minus before it. */
export const signedDuration: z.ZodType<Micros> = picked<Micros>([signedText(), zero], (value) => {
  if (value === 0) return zero
  if (typeof value === 'number') return { refused: `must have a unit: write "${value}s" or "${value}ms"` }
  if (typeof value === 'string') return signedText()
  return { refused: 'must be a duration such as 5s or -5s' }
})

function signedText(): z.ZodType<Micros> {
  return z
    .string()
    .meta({ pattern: DURATION_PATTERN.replace('\\+?', '[+-]?') })
    .transform((text, context) => {
      const time = parseDuration(text)
      return time ?? refuse(context, text, `must be a duration such as 5s or -5s, not ${JSON.stringify(text)}`)
    })
}

/** A length of time above 0. */
export const positiveDuration: z.ZodType<Micros> = duration.transform((time, context) =>
  time > 0 ? time : refuse(context, time, 'must be longer than 0s'),
)

/** So many, evenly spread over each `per`. */
export interface Rate {
  readonly count: number
  readonly per: Micros
}

const RATE_PERIODS: Readonly<Record<string, Micros>> = {
  s: micros(MICROS_PER_SECOND),
  min: micros(60 * MICROS_PER_SECOND),
  h: micros(3600 * MICROS_PER_SECOND),
}

const RATE_PATTERN = /^(\d{1,9}(?:\.\d{1,9})?)\/(s|min|h)$/

/** What one process can send at all, and a bound on how many arrivals a plan can hold. */
const RATE_LIMIT_PER_SECOND = 1_000_000

const rateText: z.ZodType<Rate> = z
  .string()
  .meta({ pattern: RATE_PATTERN.source })
  .transform((text, context) => {
    const parts = RATE_PATTERN.exec(text)
    const count = Number(parts?.[1])
    const per = RATE_PERIODS[parts?.[2] ?? '']
    if (parts === null || per === undefined) {
      return refuse(context, text, `must be a rate such as 200/s, 10/min or 30/h, not ${JSON.stringify(text)}`)
    }
    if (count === 0) return refuse(context, text, 'must be above 0')
    if ((count / per) * MICROS_PER_SECOND > RATE_LIMIT_PER_SECOND) {
      return refuse(context, text, `must be at most ${RATE_LIMIT_PER_SECOND}/s`)
    }
    return { count, per }
  })

/** `200/s`, `10/min`, `0.5/s`. */
export const rate: z.ZodType<Rate> = picked([rateText], (value) =>
  typeof value === 'number' ? { refused: `must say in which time: write "${value}/s" or "${value}/min"` } : rateText,
)
