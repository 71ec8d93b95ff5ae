/**
 * The patterns of path specs: `lookup`, `users/:username`, `data/:path*`, `renew/:token?`.
 * Always holds: a pattern is compiled once; fixed paths cost one map lookup.
 */

import type { PathSpec } from '../path-spec.ts'

export interface PathTable {
  readonly fixed: ReadonlyMap<string, PathSpec>
  readonly patterns: readonly Pattern[]
}

interface Pattern {
  readonly spec: PathSpec
  readonly segments: readonly Segment[]
}

type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'one' | 'maybe' | 'rest'; readonly name: string }

export interface PathMatch {
  readonly spec: PathSpec
  readonly params: Readonly<Record<string, string>>
}

/** Compiles the specs of one mount type. Throws on two specs of the same path: that is a bug in the list. */
export function compilePaths(specs: readonly PathSpec[]): PathTable {
  const fixed = new Map<string, PathSpec>()
  const patterns: Pattern[] = []
  for (const spec of specs) {
    if (spec.path.includes(':')) patterns.push({ spec, segments: spec.path.split('/').map(segmentOf) })
    else if (fixed.has(spec.path)) throw new Error(`two path specs say ${spec.path}: keep one`)
    else fixed.set(spec.path, spec)
  }
  return { fixed, patterns }
}

function segmentOf(text: string): Segment {
  if (!text.startsWith(':')) return { kind: 'text', text }
  const name = text.slice(1).replace(/[*?]$/, '')
  return { kind: text.endsWith('*') ? 'rest' : text.endsWith('?') ? 'maybe' : 'one', name }
}

const NO_PARAMS = {}

export function matchPath(table: PathTable, relative: string): PathMatch | null {
  const fixed = table.fixed.get(relative)
  if (fixed !== undefined) return { spec: fixed, params: NO_PARAMS }
  const parts = relative.split('/')
  for (const { spec, segments } of table.patterns) {
    const params = matchSegments(segments, parts)
    if (params !== null) return { spec, params }
  }
  return null
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | null {
  const params: Record<string, string> = {}
  for (const [at, segment] of segments.entries()) {
    const part = parts[at]
    switch (segment.kind) {
      case 'text':
        if (part !== segment.text) return null
        break
      case 'rest': {
        const rest = parts.slice(at).join('/')
        if (rest === '') return null
        params[segment.name] = rest
        return params
      }
      case 'one':
      case 'maybe':
        if (part === undefined || part === '') {
          if (segment.kind === 'one') return null
        } else params[segment.name] = part
    }
  }
  return parts.length > segments.length ? null : params
}
