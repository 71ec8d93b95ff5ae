/**
 * What values must look like, as small checks that are put together into larger ones.
 * Always holds: a check of a value that is right makes nothing new, because it runs on every field of every record of a file; only what is
 * wrong costs anything.
 */

/** What is wrong, and where below the value that was checked: `facts[0].what`; empty for the value itself. */
interface Misfit {
  readonly path: string
  /** What it must be, to stand behind "must be". */
  readonly must: string
}

/** Null when the value is right. */
export type Check = (value: unknown) => Misfit | null

/** Of one value alone. */
export function check(must: string, isRight: (value: unknown) => boolean): Check {
  const misfit: Misfit = { path: '', must }
  return (value) => (isRight(value) ? null : misfit)
}

export const TEXT: Check = check('a text', (value) => typeof value === 'string')
export const FLAG: Check = check('true or false', (value) => typeof value === 'boolean')
export const TRUE_OR_ABSENT: Check = check('true, or absent', (value) => value === true || value === undefined)
export const NUMBER: Check = check('a number', Number.isFinite)

export const exactly = (only: number): Check => check(String(only), (value) => value === only)

/** Whole numbers that are exact: up to 2^53-1 when nothing is said. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Check {
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`
  return check(
    `a whole number ${range}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
  )
}

export const WHOLE: Check = check('a whole number', Number.isSafeInteger)

/** One that may be larger than what is exact, and is rounded then. */
export const ROUNDED: Check = check(
  'a whole number of 0 or more',
  (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
)

const UINT64_MAX = 2n ** 64n - 1n
/** The largest number that a reader of MessagePack leaves a number. */
const NUMBER_MAX = 2 ** 53

export const UINT64: Check = check('a whole number from 0 to 2^64-1', (value) =>
  typeof value === 'bigint'
    ? value >= 0n && value <= UINT64_MAX
    : typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= NUMBER_MAX,
)

export function oneOf(words: readonly string[]): Check {
  const known = new Set<unknown>(words)
  const told = words.map((word) => (word === '' ? "''" : word))
  return check(told.length === 1 ? `${told[0]}` : `one of ${told.join(', ')}`, (value) => known.has(value))
}

export const orNull = (inner: Check): Check => either(null, inner, 'null')
export const orAbsent = (inner: Check): Check => either(undefined, inner, 'absent')

function either(other: null | undefined, inner: Check, word: string): Check {
  return (value) => {
    if (value === other) return null
    const misfit = inner(value)
    return misfit?.path === '' ? { path: '', must: `${misfit.must}, or ${word}` } : misfit
  }
}

const NO_LIST: Misfit = { path: '', must: 'a list' }

export const listOf =
  (inner: Check): Check =>
  (value) => {
    if (!Array.isArray(value)) return NO_LIST
    for (let at = 0; at < value.length; at++) {
      const misfit = inner(value[at])
      if (misfit !== null) return below(`[${at}]`, misfit)
    }
    return null
  }

export type Fields = Readonly<Record<string, Check>>
type Values = Readonly<Record<string, unknown>>

export const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const NO_OBJECT: Misfit = { path: '', must: 'an object' }

/** Fields that nobody names here are let through: a newer writer may add some. */
export function objectOf(fields: Fields): Check {
  const names = Object.keys(fields)
  const checks = Object.values(fields)
  return (value) => {
    if (!isValues(value)) return NO_OBJECT
    for (let at = 0; at < names.length; at++) {
      const name = names[at] ?? ''
      const misfit = checks[at]?.(value[name]) ?? null
      if (misfit !== null) return below(name, value[name] === undefined ? missing(misfit) : misfit)
    }
    return null
  }
}

/** Objects without any other field. */
export function closedObjectOf(fields: Fields, noSuch: string): Check {
  const known = objectOf(fields)
  return (value) => {
    const misfit = known(value)
    if (misfit !== null || !isValues(value)) return misfit
    const other = Object.keys(value).find((name) => !Object.hasOwn(fields, name))
    return other === undefined ? null : { path: other, must: noSuch }
  }
}

/** Objects whose other fields follow from what one of them says. */
export function byTag(tag: string, rows: Readonly<Record<string, Fields>>): Check {
  const known = oneOf(Object.keys(rows))
  const checks = new Map<unknown, Check>(Object.entries(rows).map(([word, fields]) => [word, objectOf(fields)]))
  return (value) => {
    if (!isValues(value)) return NO_OBJECT
    const inner = checks.get(value[tag])
    if (inner !== undefined) return inner(value)
    const misfit = known(value[tag])
    return misfit === null ? null : below(tag, value[tag] === undefined ? missing(misfit) : misfit)
  }
}

const missing = ({ path, must }: Misfit): Misfit => ({ path, must: `${must}, and is missing` })

const below = (name: string, { path, must }: Misfit): Misfit => ({
  path: path === '' || path.startsWith('[') ? name + path : `${name}.${path}`,
  must,
})
