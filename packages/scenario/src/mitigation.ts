/** The words that a scenario file has for a client's behaviour: the presets of @fourtwelve/client. */

import { CLIENT_PRESETS, type ClientPolicy, type ClientPreset, type RetryPolicy } from '@fourtwelve/client'
import type { RetryOverride } from './scenario.ts'

export const MITIGATIONS: readonly string[] = Object.keys(CLIENT_PRESETS)

const isPreset = (word: string): word is ClientPreset => Object.hasOwn(CLIENT_PRESETS, word)

/** The policy of a preset. Throws for a word that is none: the parser lets none through. */
export function clientPolicy(word: string): ClientPolicy {
  if (!isPreset(word)) throw new Error(`"${word}" is no client preset: use one of ${MITIGATIONS.join(', ')}`)
  return CLIENT_PRESETS[word]
}

/** A preset with what the file says otherwise. One that never retries takes no notice of waits alone. */
export function withRetry(policy: ClientPolicy, { max, min, maxWait }: RetryOverride): ClientPolicy {
  if (max === null && min === null && maxWait === null) return policy
  const base = policy.retry.kind === 'none' ? (max === null ? null : retryOn412()) : policy.retry
  if (base === null) return policy
  const minWait = min ?? base.minWait
  const retry = {
    ...base,
    max: max ?? base.max,
    minWait,
    maxWait: maxWait ?? (base.maxWait < minWait ? minWait : base.maxWait),
  }
  return { ...policy, retry }
}

type Retrying = Exclude<RetryPolicy, { readonly kind: 'none' }>

/** What a client that never retries begins to do when a file says how often: with the Go client's waits, and on 412 alone. */
function retryOn412(): Retrying {
  const { retry } = CLIENT_PRESETS.go
  if (retry.kind === 'none') throw new Error('the preset `go` retries: its waits are taken from it')
  return { ...retry, statuses: [412], retryServerErrors: false }
}
