/**
 * A run that a bug stopped, after a law was broken.
 * Always holds: the law comes first, because the bug mostly follows from what broke it, and a reader is told of both.
 */

import type { LawVerdict } from '@fourtwelve/checker'

export class BrokenRun extends Error {
  constructor({ name, prose }: { readonly name: string; readonly prose: string }, stoppedBy: unknown) {
    const why = stoppedBy instanceof Error ? stoppedBy.message : String(stoppedBy)
    super(`${name} is broken: ${prose}\nThen the run stopped: ${why}`, { cause: stoppedBy })
  }
}

/** What to throw for an error that ended a run: a BrokenRun when a law was broken before it, else the error itself. */
export function asBrokenRun(error: unknown, verdicts: readonly LawVerdict[]): unknown {
  for (const { name, witness } of verdicts)
    if (witness !== undefined) return new BrokenRun({ name, prose: witness.prose }, error)
  return error
}
