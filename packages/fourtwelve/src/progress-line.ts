/**
 * A line that tells how far a long command is.
 * Always holds: it stands on standard error alone, on a terminal alone and not in CI, and nothing is left of it at the end.
 */

import type { Ports } from './ports.ts'

/** Milliseconds between two lines at least: more often nobody reads it. */
const BETWEEN_MS = 200
/** Columns of the narrowest terminal: a line that wraps could not be cleared. */
const COLUMNS = 79

/** Back to the beginning of the line, and nothing on it. */
const CLEARED = '\r\u001B[K'

export interface ProgressLine {
  /** `words` is asked when a line is due. */
  tell(words: () => string): void
  end(): void
}

export function startProgressLine({ stderr, env, now }: Pick<Ports, 'stderr' | 'env' | 'now'>): ProgressLine {
  const isSeen = stderr.isTerminal && (env['CI'] ?? '') === '' && env['TERM'] !== 'dumb'
  let last: number | null = null
  return {
    tell(words) {
      if (!isSeen || (last !== null && now() - last < BETWEEN_MS)) return
      last = now()
      stderr.write(`${CLEARED}${words().slice(0, COLUMNS)}`)
    },
    end() {
      if (last !== null) stderr.write(CLEARED)
      last = null
    },
  }
}
