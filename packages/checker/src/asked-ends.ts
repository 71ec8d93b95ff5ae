/**
 * What clients asked for that may move the end of a token: for histories that tell nothing but calls and answers.
 * Always holds: when in doubt an end may have moved; asking is enough, since nobody knows what became of a request that is lost.
 */

import type { CallRecord, TokenRecord } from '@fourtwelve/protocol'
import { isRead } from './outcome.ts'
import { RecentMap } from './recent-map.ts'
import { isSecretPath } from './secret-paths.ts'

/** Renewals that are remembered by token: more of them, and every token may have been renewed. */
const RENEWED_MAX = 65_536

/** Revocations, removed mounts, changed identities. */
const MAY_END_OTHERS = /(?:^|\/)(?:revoke|tidy|identity\/|sys\/(?:auth|mounts|remount|leases))/
/** A mount that is made ends nothing, and a lookup changes nothing. */
const ENDS_NONE = /^(?:(?:POST|PUT) sys\/(?:auth|mounts)\/[^/]+|(?:POST|PUT) sys\/leases\/(?:lookup|count).*)$/
/** Renewals of whom nobody can say. They may shorten too. */
const MAY_RENEW_OTHERS = /(?:^|\/)(?:renew-accessor|sys\/(?:leases\/renew|renew))/
/** Restored backups and replication: what was acknowledged may be lost. */
const MAY_LOSE_STATE = /(?:^|\/)sys\/(?:replication|storage\/raft\/snapshot)/

export class AskedEnds {
  readonly #renewed = new RecentMap<string, true>(RENEWED_MAX)
  #renewals = 0
  #mayEndAny = false
  #mayRenewAny = false

  observe(call: CallRecord): void {
    if (isRead(call) || (this.#mayEndAny && this.#mayRenewAny)) return
    const { method, path, token, bodyToken } = call
    if (isSecretPath(call) || ENDS_NONE.test(`${method} ${path}`)) return
    if (path === 'auth/token/renew-self') this.#renew(token)
    else if (path === 'auth/token/renew') this.#renew(bodyToken)
    else if (MAY_LOSE_STATE.test(path) || MAY_RENEW_OTHERS.test(path)) this.#mayRenewAny = this.#mayEndAny = true
    else if (MAY_END_OTHERS.test(path)) this.#mayEndAny = true
  }

  /** Whether a token may end before its creation said. */
  mayEndEarly(token: TokenRecord): boolean {
    return this.#mayEndAny || this.#mayBeRenewed(token)
  }

  /** Whether a token may live longer than its creation said, or be used more often. */
  mayEndLate(token: TokenRecord): boolean {
    return this.#mayRenewAny || this.#mayBeRenewed(token)
  }

  #mayBeRenewed(token: TokenRecord): boolean {
    return 'id' in token && token.id !== undefined && this.#renewed.get(token.id) === true
  }

  #renew(token: TokenRecord | undefined): void {
    const id = token !== undefined && 'id' in token ? token.id : undefined
    if (id === undefined || ++this.#renewals > RENEWED_MAX) this.#mayRenewAny = this.#mayEndAny = true
    else this.#renewed.set(id, true)
  }
}
