/**
 * What to do with an answer: hand it to the caller, follow a redirect, ask again after a wait, or run into the call's deadline.
 * Always holds: attempts never outnumber the retries allowed plus one, for the first node and for each that a redirect names;
 * a wait that would reach the deadline ends the call.
 */

import { micros, type Micros, type NodeId } from '@fourtwelve/protocol'
import { timeLeft } from './call-deadline.ts'
import type { ClientPolicy, RetryPolicy } from './client-policy.ts'

/** One attempt that has come to an end. */
export interface Attempt {
  /** 1 is the first, and the first after a redirect: the Go client begins its retries anew there. */
  readonly number: number
  /** Since the call began, not since this attempt did. */
  readonly elapsed: Micros
  /** The answer's status; `lost` when none came, and nobody knows whether the request was carried out. */
  readonly status: number | 'lost'
  /** Where an answer with 301, 302 or 307 points, and how many redirects this call has followed before. */
  readonly redirect?: { readonly to: NodeId; readonly followed: number }
}

export type Decision =
  /** The answer is the caller's, be it good or bad; a lost one is a connection error. */
  | { readonly kind: 'done' }
  /** Send the same request to this node, now; whatever is sent after that goes there too. Not a retry. */
  | { readonly kind: 'redirect'; readonly to: NodeId }
  /** Send the same request again after this time. */
  | { readonly kind: 'retry'; readonly after: Micros }
  /**
   * The call fails after this time, at its deadline, in the middle of a wait. The last answer is lost: the Go client
   * has drained it and returns `context deadline exceeded` alone, so the caller never learns that it was a 412, and
   * nothing of it is remembered.
   */
  | { readonly kind: 'timed-out'; readonly after: Micros }

const DONE: Decision = { kind: 'done' }

/**
 * Decides as go-retryablehttp's `Do` does (vault-consistency 6): deadline passed, redirect, answer final, retries used up,
 * wait. None of the statuses that are redirects is ever retried.
 * `unit` is one random number of at least 0 and below 1, drawn for this attempt. Retry-After plays no part: the Go
 * client takes no notice of it on a 412. Throws when attempt number or unit are out of range.
 */
export function decide(policy: ClientPolicy, attempt: Attempt, unit: number): Decision {
  if (!Number.isInteger(attempt.number) || attempt.number < 1) {
    throw new Error(`attempt ${attempt.number} does not exist: count the attempts of a call from 1`)
  }
  if (!(unit >= 0 && unit < 1)) {
    throw new Error(`${unit} cannot choose a wait: draw a number of at least 0 and below 1`)
  }
  const left = timeLeft(policy, attempt.elapsed)
  if (left === 0) return { kind: 'timed-out', after: left }
  const { redirect } = attempt
  if (redirect !== undefined && redirect.followed < policy.followRedirects) return { kind: 'redirect', to: redirect.to }
  const wait = waitAfter(policy.retry, attempt, unit)
  if (wait === null) return DONE
  // A retry at the very deadline could not be answered any more.
  return left !== null && wait >= left ? { kind: 'timed-out', after: left } : { kind: 'retry', after: wait }
}

/** The wait before the next attempt, or null when there is none. */
function waitAfter(retry: RetryPolicy, attempt: Attempt, unit: number): Micros | null {
  switch (retry.kind) {
    case 'none':
      return null
    case 'linear-jitter': {
      const again = retry.statuses.some((status) => status === attempt.status)
      if (!again && !(retry.retryServerErrors && isServerError(attempt.status))) return null
      if (attempt.number > retry.max) return null
      const spread = Math.max(0, retry.maxWait - retry.minWait)
      return micros(attempt.number * (retry.minWait + unit * spread))
    }
  }
}

/**
 * go-retryablehttp's baseRetryPolicy: no answer, 429, and 500 and above except 501. Writes are no exception, so a lost
 * answer can have a write carried out twice. 472 and 473, which sys/health answers with, are none of these.
 */
function isServerError(status: number | 'lost'): boolean {
  return status === 'lost' || status === 429 || (status >= 500 && status !== 501)
}
