/**
 * Was a state missing that the X-Vault-Index values of a request require? As the servers' switches have it (vault-consistency
 * 3.3; 11 #1 and #2): all values must be met or any of them; bad values are refused, or left out as if they were not there.
 * A value of before the log was numbered anew names no entry any more: one that is ahead may be the cause of a 412, for any other
 * nobody can say what it does.
 * Always holds: a value that was not issued, letter for letter, is bad or was forgotten here; where that makes a difference,
 * the answer is `unknown`, or, where bad values are refused, that it may have been missing.
 */

import type { RunFacts } from './run-facts.ts'

/** Values that are told to a reader: an Agent sends at most three. */
export const INDEXES_TOLD_MAX = 3

/** What is known of one value, of a node that had applied `seen` (undefined when the history does not tell). */
type ValueState = 'met' | 'unmet' | 'left-out' | 'met-or-left-out' | 'unmet-or-left-out' | 'unknown'

function stateOf(value: string, seen: number | undefined, facts: RunFacts): ValueState {
  const issued = facts.issued.find(value)
  if (issued === undefined && !facts.leavesOutBadIndexes) return 'unmet'
  const local = issued === undefined ? facts.issued.localOf(value) : issued.local
  if (local === null) return issued === undefined ? 'left-out' : 'unknown'
  if (issued !== undefined && !facts.issued.isOfThisLog(issued)) return local > (seen ?? local) ? 'unmet' : 'unknown'
  if (local <= (seen ?? 0)) return issued === undefined ? 'met-or-left-out' : 'met'
  if (seen === undefined) return 'unknown'
  return issued === undefined ? 'unmet-or-left-out' : 'unmet'
}

export function areIndexesMissing(
  values: readonly string[],
  seen: number | undefined,
  facts: RunFacts,
): 'yes' | 'no' | 'unknown' {
  const states = new Set(values.map((value) => stateOf(value, seen, facts)))
  const isUnsure = states.has('unknown') || states.has('unmet-or-left-out')
  if (!facts.anyIndexSuffices) return states.has('unmet') ? 'yes' : isUnsure ? 'unknown' : 'no'
  if (states.has('met')) return 'no'
  if (states.has('unmet')) return states.has('unknown') || states.has('met-or-left-out') ? 'unknown' : 'yes'
  return isUnsure ? 'unknown' : 'no'
}

/** Why none was missing: `412 >= 398 and 412 >= 400`. */
export function whyNoneIsMissing(values: readonly string[], seen: number | undefined, facts: RunFacts): string {
  const words = values.slice(0, INDEXES_TOLD_MAX).flatMap((value): string[] => {
    const state = stateOf(value, seen, facts)
    if (state === 'left-out') return ['a value that is none of this cluster is left out']
    if (state !== 'met' && state !== 'met-or-left-out') return []
    return [`${seen ?? 0} >= ${facts.issued.find(value)?.local ?? facts.issued.localOf(value) ?? 0}`]
  })
  const oneOfSeveral = facts.anyIndexSuffices && values.length > 1 ? ', where one value is enough' : ''
  return `${[...new Set(words)].join(' and ')}${oneOfSeveral}`
}
