/**
 * How long a token lives: Vault's one function for creations, logins and renewals (vault-http-api 2.4).
 * Always holds: whole seconds throughout; nobody lives past issue + max, and a periodic token is bound by its explicit
 * maximum only.
 */

import { formatDuration, seconds, wholeSeconds, type Micros, type ServerConfig } from '@fourtwelve/protocol'
import type { Mount } from '../request/mount.ts'

/** What the mount says, with the system's values where it says nothing. Seconds. */
export interface TtlLimits {
  readonly defaultTtl: number
  readonly maxTtl: number
}

/** All lengths in seconds; 0 is "not given". */
export interface TtlWish {
  /** What the request asks for. */
  readonly increment: number
  /** What the auth method or the last grant says. */
  readonly backendTtl: number
  readonly backendMaxTtl: number
  readonly explicitMaxTtl: number
  readonly period: number
  readonly issueTime: Micros
  readonly now: Micros
}

export type TtlGrant =
  | { readonly kind: 'granted'; readonly ttl: number; readonly warnings: readonly string[] }
  /** Vault: 500 `past the max TTL, cannot renew`. */
  | { readonly kind: 'past-max' }

export function calculateTtl(limits: TtlLimits, wish: TtlWish): TtlGrant {
  const max = lesser(lesser(limits.maxTtl, wish.backendMaxTtl), wish.explicitMaxTtl)
  const issued = wholeSeconds(wish.issueTime)
  if (wish.period > 0) {
    const period = cap('period', wish.period, max)
    const end = wish.explicitMaxTtl > 0 ? issued + wish.explicitMaxTtl : Number.POSITIVE_INFINITY
    return withinEnd(period.ttl, end - wholeSeconds(wish.now), period.warnings)
  }
  const ttl = wish.increment > 0 ? wish.increment : wish.backendTtl > 0 ? wish.backendTtl : limits.defaultTtl
  return withinEnd(ttl, issued + max - wholeSeconds(wish.now), [])
}

/** The limits of a mount. Null takes the system's: the mount is not on this node. */
export function limitsOf(config: ServerConfig, mount: Mount | null): TtlLimits {
  const own = (value: number | undefined, system: Micros): number =>
    value === undefined || value === 0 ? wholeSeconds(system) : value
  return {
    defaultTtl: own(mount?.defaultLeaseTtl, config.default_lease_ttl),
    maxTtl: own(mount?.maxLeaseTtl, config.max_lease_ttl),
  }
}

/** Go's text of a duration without its zero components: `30m`, `768h`, `1h5s`. */
export const shortDuration = (length: number): string => formatDuration(seconds(length))

function withinEnd(ttl: number, left: number, before: readonly string[]): TtlGrant {
  if (left <= 0) return { kind: 'past-max' }
  const capped = cap('TTL', ttl, left)
  return { kind: 'granted', ttl: capped.ttl, warnings: [...before, ...capped.warnings] }
}

function cap(
  what: 'period' | 'TTL',
  ttl: number,
  max: number,
): { readonly ttl: number; readonly warnings: readonly string[] } {
  if (ttl <= max) return { ttl, warnings: [] }
  const warning = `${what} of "${shortDuration(ttl)}" exceeded the effective max_ttl of "${shortDuration(max)}"; ${what} value is capped accordingly`
  return { ttl: max, warnings: [warning] }
}

const lesser = (max: number, other: number): number => (other > 0 && other < max ? other : max)
