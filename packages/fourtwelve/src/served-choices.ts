/**
 * What is chosen for a cluster beside its configuration, by flags or by a test's options: one check for both.
 * Always holds: each mistake is one line that begins with the name that its user knows.
 */

import type { StorageMode } from '@fourtwelve/live'
import { nearestWord } from '@fourtwelve/scenario'

export type BalancerCheck = 'plain' | 'perfstandbyok'
export const BALANCER_CHECKS: readonly BalancerCheck[] = ['plain', 'perfstandbyok']
export const STORAGE_MODES: readonly StorageMode[] = ['durable', 'nosync', 'memory']
export const PORT_MAX = 65_535

/** Not yet looked at. */
export interface ServedChoices {
  readonly rootToken?: unknown
  readonly storage?: unknown
  readonly data?: unknown
  readonly balancer?: unknown
  readonly port?: unknown
  readonly tls?: unknown
}

const ROOT_TOKEN = /^[\x21-\x2d\x2f-\x7e]{1,128}$/

/** `nameOf` writes a choice as its user does. */
export function choiceProblems(
  { rootToken, storage, data, balancer, port, tls }: ServedChoices,
  nameOf: (choice: string) => string,
): readonly string[] {
  const problems: string[] = []
  const refuse = (choice: string, why: string): void => void problems.push(`${nameOf(choice)}: ${why}`)
  if (rootToken !== undefined && !(typeof rootToken === 'string' && ROOT_TOKEN.test(rootToken)))
    refuse('rootToken', 'a token of your own choice has 1 to 128 characters without spaces and dots')
  if (storage !== undefined && !isOneOf(STORAGE_MODES, storage)) refuse('storage', oneOfText(storage, STORAGE_MODES))
  if (balancer !== undefined && balancer !== true && !isOneOf(BALANCER_CHECKS, balancer))
    refuse('balancer', oneOfText(balancer, BALANCER_CHECKS))
  if (data !== undefined && (typeof data !== 'string' || data === '')) refuse('data', 'name a folder')
  if (data !== undefined && storage === 'memory') refuse('storage', 'memory keeps nothing: leave data out')
  if (port !== undefined && !(Number.isInteger(port) && Number(port) >= 0 && Number(port) <= PORT_MAX))
    refuse('port', `a port is a whole number from 0 (any free one) to ${PORT_MAX}`)
  if (tls !== undefined && typeof tls !== 'boolean') refuse('tls', 'must be true or false')
  return problems
}

/** One line for each key that is none of `known`. */
export const unknownKeys = (given: object, known: readonly string[]): readonly string[] =>
  Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = nearestWord(key, known)
      return `${key}: is no known option${meant === null ? `: there are ${known.join(', ')}` : ` (did you mean "${meant}"?)`}`
    })

const isOneOf = (words: readonly string[], value: unknown): boolean => words.some((word) => word === value)

function oneOfText(value: unknown, words: readonly string[]): string {
  const meant = typeof value === 'string' ? nearestWord(value, words) : null
  return `must be one of ${words.join(', ')}${meant === null ? '' : ` (did you mean "${meant}"?)`}`
}
