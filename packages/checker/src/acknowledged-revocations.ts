/**
 * Revocations as clients know them: which tokens are revoked for sure, and which answers come from a state that surely has that.
 * Such are: what the active node answered, to X-Vault-Forward or to a write of a secret that was carried out; and what was answered
 * to an X-Vault-Index of the revocation, or of anything that was asked for once the revocation was acknowledged.
 * A node that has refused a token is not among them: a plain standby has others answer, and may show an older state of its own as soon
 * as it is a performance standby.
 * Always holds: at most REVOKED_MAX tokens; nothing is said any more once somebody asks for what may bring back an older state.
 */

import type { CallRecord, ReplyRecord, TokenRecord } from '@fourtwelve/protocol'
import { isRead } from './outcome.ts'
import { RecentMap } from './recent-map.ts'
import type { RunFacts } from './run-facts.ts'
import { isSecretPath } from './secret-paths.ts'

const REVOKED_MAX = 16_384

/** Restored backups and replication: what was acknowledged may be lost. */
const LOSES_STATE = /^sys\/(?:storage\/raft\/snapshot|replication)/

export interface AcknowledgedRevocation {
  readonly token: TokenRecord
  readonly call: CallRecord
  readonly reply: ReplyRecord
  /** The least local index that is known to be at or behind it; null while none is. */
  index: number | null
}

/** Why an answer comes from a state that has the revocation. */
export type Knowing = 'forwarded' | 'wrote' | 'index'

export class AcknowledgedRevocations {
  #revoked = new RecentMap<string, AcknowledgedRevocation>(REVOKED_MAX)
  /** Those without an index yet, in the order of their answers. */
  #waiting: AcknowledgedRevocation[] = []
  #mayBeLost = false

  observe({ method, path }: CallRecord): void {
    if (method !== 'GET' && path.startsWith('sys/') && LOSES_STATE.test(path)) this.#mayBeLost = true
  }

  /** A request was answered: whatever it says of an index is behind every revocation that was acknowledged before it left. */
  tellIndex(call: CallRecord, { index }: ReplyRecord, facts: RunFacts): void {
    const [first] = this.#waiting
    if (first === undefined || index === null || index === '' || first.reply.t >= call.t) return
    const local = facts.issued.localOfKnown(index)
    if (local === null) return
    const later = this.#waiting.findIndex(({ reply }) => reply.t >= call.t)
    for (const one of this.#waiting.splice(0, later < 0 ? this.#waiting.length : later)) one.index = local
  }

  add(token: TokenRecord, call: CallRecord, reply: ReplyRecord, facts: RunFacts): void {
    if (!('id' in token) || token.id === undefined) return
    const index = reply.index === null || reply.index === '' ? null : facts.issued.localOfKnown(reply.index)
    const one: AcknowledgedRevocation = { token, call, reply, index }
    this.#revoked.set(token.id, one)
    if (index === null) this.#waiting.push(one)
    if (this.#waiting.length > REVOKED_MAX) this.#waiting.shift()
  }

  /** The revocation of a token that a call brings along, if it was acknowledged before the call left. */
  find(token: TokenRecord, call: CallRecord): AcknowledgedRevocation | undefined {
    if (this.#mayBeLost || !('id' in token) || token.id === undefined) return undefined
    const one = this.#revoked.get(token.id)
    return one !== undefined && one.reply.t < call.t && isSame(one.token, token) ? one : undefined
  }

  /** The log is numbered anew. */
  forgetAll(): void {
    this.#revoked = new RecentMap(REVOKED_MAX)
    this.#waiting = []
  }
}

/** Another index, epoch or MAC would be another token, which nobody gave out. */
const isSame = (a: TokenRecord, b: TokenRecord): boolean =>
  a.type !== 'service' ||
  (b.type === 'service' && a.index === b.index && a.epoch === b.epoch && (a.seal ?? b.seal) === (b.seal ?? a.seal))

/** Why this answer comes from a state that has the revocation; null when it may come from an older one. */
export function knowingOf(
  { index }: AcknowledgedRevocation,
  call: CallRecord,
  reply: ReplyRecord,
  facts: RunFacts,
): Knowing | null {
  if (call.forward === 'forward') return 'forwarded'
  if (!isRead(call) && isSecretPath(call) && reply.version !== undefined && reply.status < 300) return 'wrote'
  if (index === null || !facts.checksIndexes || (facts.anyIndexSuffices && call.index.length > 1)) return null
  const isCovered = call.index.some((value) => {
    const issued = facts.issued.find(value)
    return issued !== undefined && facts.issued.isOfThisLog(issued) && (issued.local ?? 0) >= index
  })
  return isCovered && facts.gatesOf(call).index ? 'index' : null
}
