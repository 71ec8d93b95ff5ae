/**
 * A lag with something on top of it.
 * Always holds: what comes out can be drawn from, and has the form of what came in.
 */

import { lagDefect, type Distribution, type LagModel } from '@fourtwelve/cluster'
import { formatDuration, micros, type Micros } from '@fourtwelve/protocol'

/** `refused` goes on from the fault as a sentence. */
export function addedLag(usual: LagModel, add: Micros): { readonly lag: LagModel } | { readonly refused: string } {
  const from = usual.kind === 'raft' ? null : shifted(usual.from, add)
  if (usual.kind === 'raft' || from === null) {
    const is = usual.kind === 'raft' ? 'raft' : usual.from.dist
    return { refused: `cannot add ${formatDuration(add)} to a lag that is ${is}: write the whole new lag as \`lag\`` }
  }
  const lag: LagModel = { ...usual, from }
  const defect = lagDefect(lag)
  return defect === null ? { lag } : { refused: `makes a lag that cannot be: ${defect}` }
}

/** The same distribution, later. Null for those whose form has no place for it. */
function shifted(from: Distribution, add: Micros): Distribution | null {
  const later = (time: Micros): Micros => micros(time + add)
  switch (from.dist) {
    case 'constant':
      return { ...from, value: later(from.value) }
    case 'uniform':
      return { ...from, min: later(from.min), max: later(from.max) }
    case 'normal':
      return { ...from, mean: later(from.mean), min: later(from.min) }
    case 'trace':
      return { ...from, values: from.values.map(later) }
    case 'exponential':
      return { ...from, min: later(from.min) }
    case 'lognormal':
      return null
  }
}
