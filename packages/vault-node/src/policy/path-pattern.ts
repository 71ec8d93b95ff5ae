/**
 * The paths of rules, and which of them speaks for a request (vault-http-api 6, match).
 * Always holds: `byPriority` orders any two patterns that match the same path the way Vault does, so that in a sorted list the
 * first one that matches is the one that counts.
 */

/** Vault's paths have no slash in front; one is taken off. */
export const withoutLeadingSlash = (path: string): string => (path.startsWith('/') ? path.slice(1) : path)

export type PathPattern = { readonly kind: 'exact'; readonly path: string } | WildcardPattern
/** `start` is what the path must begin with; `segments` is given when some of them are `+`. */
export interface WildcardPattern {
  readonly kind: 'wildcard'
  /** Without the `*` at its end. */
  readonly path: string
  /** Ends in `*`. */
  readonly isPrefix: boolean
  readonly segments: readonly string[] | null
  /** Where the first `+` or `*` stands. */
  readonly firstWildcard: number
  /** How many segments are `+`. */
  readonly plusSegments: number
}

/** Reads a rule's path: `*` counts at the end only, `+` where it is a whole segment. */
export function pathPattern(written: string): PathPattern {
  const path = withoutLeadingSlash(written)
  const hasPlus = path === '+' || path.startsWith('+/') || path.includes('/+')
  const isPrefix = path.endsWith('*')
  if (!hasPlus && !isPrefix) return { kind: 'exact', path }
  const literal = isPrefix ? path.slice(0, -1) : path
  const segments = literal.split('/')
  return {
    kind: 'wildcard',
    path: literal,
    isPrefix,
    segments: hasPlus ? segments : null,
    firstWildcard: hasPlus ? literal.indexOf('+') : literal.length,
    plusSegments: hasPlus ? segments.filter((segment) => segment === '+').length : 0,
  }
}

/** Negative when `a` counts before `b`. */
export function byPriority(a: WildcardPattern, b: WildcardPattern): number {
  if (a.firstWildcard !== b.firstWildcard) return b.firstWildcard - a.firstWildcard
  if (a.isPrefix !== b.isPrefix) return a.isPrefix ? 1 : -1
  if (a.plusSegments !== b.plusSegments) return a.plusSegments - b.plusSegments
  if (a.path.length !== b.path.length) return b.path.length - a.path.length
  return a.path < b.path ? 1 : a.path > b.path ? -1 : 0
}

export function matchesPath(pattern: WildcardPattern, path: string): boolean {
  const { segments } = pattern
  return segments === null ? path.startsWith(pattern.path) : matchesSegments(segments, pattern.isPrefix, path)
}

/** Goes along the path once, without cutting it up: this runs for every rule with a `+`. */
function matchesSegments(segments: readonly string[], isPrefix: boolean, path: string): boolean {
  const last = segments.length - 1
  let start = 0
  for (let i = 0; i < last; i++) {
    const end = path.indexOf('/', start)
    const segment = segments[i]
    if (end < 0 || segment === undefined) return false
    if (segment !== '+' && (end - start !== segment.length || !path.startsWith(segment, start))) return false
    start = end + 1
  }
  const segment = segments[last] ?? ''
  if (isPrefix) return path.startsWith(segment, start)
  if (path.includes('/', start)) return false
  return segment === '+' || (path.length - start === segment.length && path.startsWith(segment, start))
}
