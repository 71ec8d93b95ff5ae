/** The words that a scenario file has for a client's behaviour: the presets of @fourtwelve/client. */

import { CLIENT_PRESETS, type ClientPolicy, type ClientPreset } from '@fourtwelve/client'
import type { RetryOverride } from './scenario.ts'

export const MITIGATIONS: readonly string[] = Object.keys(CLIENT_PRESETS)

const isPreset = (word: string): word is ClientPreset => Object.hasOwn(CLIENT_PRESETS, word)

/** The policy of a preset. Throws for a word that is none: the parser lets none through. */
export function clientPolicy(word: string): ClientPolicy {
  if (!isPreset(word)) throw new Error(`"${word}" is no client preset: use one of ${MITIGATIONS.join(', ')}`)
  return CLIENT_PRESETS[word]
}

/** A preset with what the file says otherwise. A preset that never retries begins to, on 412, when a file says how often. */
export function withRetry(policy: ClientPolicy, { max, min, maxWait }: RetryOverride): ClientPolicy {
  if (max === null && min === null && maxWait === null) return policy
  const base = policy.retry.kind === 'none' ? CLIENT_PRESETS.go.retry : policy.retry
  if (base.kind === 'none') return policy
  const minWait = min ?? base.minWait
  const retry = {
    ...base,
    max: max ?? base.max,
    minWait,
    maxWait: maxWait ?? (base.maxWait < minWait ? minWait : base.maxWait),
  }
  return { ...policy, retry }
}
