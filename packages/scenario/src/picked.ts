/**
 * A value that is one of several kinds, made so that a mistake gets one precise message.
 * Zod's own union tells every branch's complaint; `picked` looks at the value first and tells only what is wrong with the
 * kind that was meant.
 */

import { z } from 'zod'
import { issueFindings } from './issue-findings.ts'
import { nearestWord } from './nearest-word.ts'
import { isMapping, PARSING, refuse } from './section.ts'

/** Why a value is none of the kinds. */
export interface Refusal {
  readonly refused: string
  readonly suggestion?: string | null
}

/** What JSON Schema is to say of a picked schema, which zod sees as a function only. Filled when a schema is made. */
const kindsOfPicked = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>()

/** A value of one of `kinds`; `pick` says which, by its looks alone. */
export function picked<T>(
  kinds: readonly z.ZodType<T>[],
  pick: (value: unknown) => z.ZodType<T> | Refusal,
): z.ZodType<T> {
  const schema = z.unknown().transform((value, context): T => {
    if (value === undefined) return refuse(context, value, 'is missing')
    const kind = pick(value)
    if ('refused' in kind) return refuse(context, value, kind.refused, kind.suggestion)
    const parsed = kind.safeParse(value, PARSING)
    if (parsed.success) return parsed.data
    for (const { path, message, suggestion, at } of issueFindings(parsed.error.issues)) {
      context.issues.push({ code: 'custom', path: [...path], message, input: value, params: { suggestion, at } })
    }
    return z.NEVER
  })
  kindsOfPicked.set(schema, kinds)
  return schema
}

/** The kinds of a `picked` schema, for the JSON Schema; null for any other schema. A description makes a copy of a schema. */
export function kindsOf(schema: z.core.$ZodType): readonly z.ZodType[] | null {
  const { parent } = schema._zod
  return kindsOfPicked.get(schema) ?? (parent === undefined ? null : kindsOf(parent))
}

/** A mapping whose kind is named by the value of one key, such as `dist: uniform`. */
export function pickedByValueOf<T>(key: string, kinds: Readonly<Record<string, z.ZodType<T>>>): z.ZodType<T> {
  const words = Object.keys(kinds)
  return picked(Object.values(kinds), (value) => {
    if (!isMapping(value)) return { refused: `must be a mapping with \`${key}\`` }
    const word = value[key]
    if (word === undefined) return { refused: `needs \`${key}\`: one of ${words.join(', ')}` }
    const kind = typeof word === 'string' && Object.hasOwn(kinds, word) ? kinds[word] : undefined
    if (kind !== undefined) return kind
    const suggestion = typeof word === 'string' ? nearestWord(word, words) : null
    return { refused: `has the ${key} ${JSON.stringify(word)}, which is none of ${words.join(', ')}`, suggestion }
  })
}

/** A mapping whose kind is told by which of some keys it has, such as `wait:` or `get:`. */
export function pickedByKey<T>(kinds: Readonly<Record<string, z.ZodType<T>>>): z.ZodType<T> {
  const keys = Object.keys(kinds)
  return picked([...new Set(Object.values(kinds))], (value) => {
    const needs = `needs one of ${keys.join(', ')}`
    if (!isMapping(value)) return { refused: `must be a mapping: it ${needs}` }
    const [first, second] = keys.filter((key) => Object.hasOwn(value, key))
    const kind = first === undefined ? undefined : kinds[first]
    if (first === undefined || kind === undefined) {
      const meant = Object.keys(value).map((key) => nearestWord(key, keys))
      return { refused: needs, suggestion: meant.find((key) => key !== null) ?? null }
    }
    if (second !== undefined) return { refused: `has both ${first} and ${second}: it can have only one of them` }
    return kind
  })
}
