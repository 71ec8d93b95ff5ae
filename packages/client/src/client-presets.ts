/**
 * Clients as they are met in the field, one row each.
 * Always holds: a row imitates a client as it comes out of the box, or with the one option switched on that its name
 * says.
 */

import { milliseconds, seconds, type Micros } from '@fourtwelve/protocol'
import { NO_TIMEOUT, type ClientPolicy, type IndexPolicy, type RetryPolicy } from './client-policy.ts'

export type ClientPreset = 'none' | 'go' | 'go-bare' | 'index' | 'conditional-forward' | 'blind-forward'

/** Go api DefaultConfig: 2 retries, waits of n times 1.0 to 1.5 s, after 412 and what go-retryablehttp retries. */
const GO_RETRY: RetryPolicy = {
  kind: 'linear-jitter',
  statuses: [412],
  retryServerErrors: true,
  max: 2,
  minWait: milliseconds(1000),
  maxWait: milliseconds(1500),
}

/** Go api DefaultConfig: covers the whole call, waits included. */
const GO_TIMEOUT: Micros = seconds(60)

const FORGET: IndexPolicy = { kind: 'forget' }

/** Go api RawRequestWithContext: 301, 302 and 307 are followed once a call, whatever the method. */
const GO_REDIRECTS = 1

/**
 * What most HTTP libraries do by themselves: after a 307 they send method and body again, X-Vault-Token included (requests up to
 * 30 times, axios 21, .NET 50, reqwest 10). The least of these stands here.
 */
const LIBRARY_REDIRECTS = 10

/** Go api Config.ReadYourWrites, with the Go client's own merge and its fault. */
const GO_READ_YOUR_WRITES: IndexPolicy = { kind: 'remember', merge: 'go' }

/** The policies by name. Shared and never changed: to differ in one field, spread a row. */
export const CLIENT_PRESETS: Readonly<Record<ClientPreset, ClientPolicy>> = {
  /**
   * No retry at all: hvac, node-vault, spring-vault, VaultSharp, vaultrs and most others (vault-clients 1.2). Their
   * timeouts differ widely; the Go client's stands here, so that this row differs from `go` in retrying alone, and in
   * following more than one redirect.
   */
  none: {
    retry: { kind: 'none' },
    index: FORGET,
    forward: 'never',
    followRedirects: LIBRARY_REDIRECTS,
    timeout: GO_TIMEOUT,
  },

  /**
   * Go api with DefaultConfig(), so vault-client-go, Vault Secrets Operator, the CSI provider, Concourse, bank-vaults:
   * a 412 is survived when the lag ends within 3.0 to 4.5 s, and costs 1 s at the least (vault-clients 1.1, 1.2).
   */
  go: { retry: GO_RETRY, index: FORGET, forward: 'never', followRedirects: GO_REDIRECTS, timeout: GO_TIMEOUT },

  /**
   * Go api with a bare `&Config{Address: ...}`, as GitLab Runner builds it: MaxRetries is 0, so a 412 is final, and
   * Timeout is 0, so no call ever times out; NewClient fills in the waits only (vault-clients 0 #4, api/client.go
   * NewClient).
   */
  'go-bare': {
    retry: { ...GO_RETRY, max: 0 },
    index: FORGET,
    forward: 'never',
    followRedirects: GO_REDIRECTS,
    timeout: NO_TIMEOUT,
  },

  /**
   * Go api with ReadYourWrites, which Terraform's provider always switches on: a stale node answers 412 and the client
   * retries; nothing is forwarded (vault-clients 1.1, 1.2).
   */
  index: {
    retry: GO_RETRY,
    index: GO_READ_YOUR_WRITES,
    forward: 'never',
    followRedirects: GO_REDIRECTS,
    timeout: GO_TIMEOUT,
  },

  /**
   * ReadYourWrites and ForwardInconsistent: a node without the state passes the request on (vault-consistency 8). A
   * callback of the Go client would send the header without an index too, where it forwards nothing; the Agent sends it
   * with one only.
   */
  'conditional-forward': {
    retry: GO_RETRY,
    index: GO_READ_YOUR_WRITES,
    forward: 'conditional',
    followRedirects: GO_REDIRECTS,
    timeout: GO_TIMEOUT,
  },

  /** ForwardAlways: every request is served by the active node, wherever it is sent (vault-consistency 3.4, 8). */
  'blind-forward': {
    retry: GO_RETRY,
    index: FORGET,
    forward: 'always',
    followRedirects: GO_REDIRECTS,
    timeout: GO_TIMEOUT,
  },
}
