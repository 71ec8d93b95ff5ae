/**
 * How a client behaves about 412, as plain data: it can be written in a file, compared, and changed in one field.
 * Always holds: nothing here decides anything; `prepare`, `decide` and `remember` read it.
 */

import { micros, type Micros } from '@fourtwelve/protocol'

export interface ClientPolicy {
  readonly retry: RetryPolicy
  readonly index: IndexPolicy
  readonly forward: ForwardPolicy
  /**
   * How many redirects a call follows at most, each by sending the same request, method and body included, to the node that
   * is named. Only a standby that cannot reach its active node answers with one. 0 takes it for the answer.
   */
  readonly followRedirects: number
  /** For the whole call: all its attempts and the waits between them (vault-consistency 6). NO_TIMEOUT is no limit. */
  readonly timeout: Micros
}

/** The call may take as long as it likes. The Go client's own way to say so: it sets a deadline only when `Timeout > 0`. */
export const NO_TIMEOUT: Micros = micros(0)

/** Which answers are asked for again, how often, and after which wait. */
export type RetryPolicy =
  | { readonly kind: 'none' }
  /** Wait n is n times a number drawn between the two waits: go-retryablehttp's LinearJitterBackoff (vault-consistency 6). */
  | {
      readonly kind: 'linear-jitter'
      /** Statuses to ask again after, beside server errors: 412 for the Go client. */
      readonly statuses: readonly number[]
      /** Ask again after 429, 500 and above except 501, and when no answer came: go-retryablehttp's own policy. */
      readonly retryServerErrors: boolean
      /** Retries, not attempts: 2 is three attempts. */
      readonly max: number
      readonly minWait: Micros
      /** When it is below `minWait`, every wait is a multiple of `minWait`, as in go-retryablehttp. */
      readonly maxWait: Micros
    }

/** What becomes of the X-Vault-Index of an answer. */
export type IndexPolicy =
  | { readonly kind: 'forget' }
  /** Read your writes: merge every state received, send every stored state with every request (vault-clients 1.1). */
  | { readonly kind: 'remember'; readonly merge: MergeRule }

/** How a new state meets the stored ones: as the Go client does, which can lose a requirement, or so that none is lost. */
export type MergeRule = 'go' | 'ours'

/**
 * Which header asks a standby to pass requests on. Both need `allow_forwarding_via_header` on the server: without it
 * every request that carries one is answered with 400 (vault-consistency 0 B).
 */
export type ForwardPolicy =
  | 'never'
  | 'conditional' // X-Vault-Inconsistent: forward-active-node, on every request that carries an index
  | 'always' // X-Vault-Forward: active-node
