/**
 * Broken: a standby applies two entries that came together in the other order.
 * Must be caught by: `wal-prefix`.
 */

import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Apply = (turn: { readonly node: NodeState }, target: number) => void

export const APPLY_OUT_OF_ORDER: Mutant = defineMutant<Apply>({
  name: 'apply-out-of-order',
  breaks: 'A standby applies two entries that came together in the other order.',
  law: 'wal-prefix',
  reference: 'M4',
  package: 'vault-node',
  file: 'log/apply',
  replaces: 'apply',
  by: (original) => (turn, target) => {
    const { log, role } = turn.node
    const at = log.forgotten + log.applied + 1 - log.first
    const [one, two] = log.entries.slice(at, at + 2)
    const isPair = role !== 'active' && log.snapshot === null && target >= log.applied + 2
    if (!isPair || one === undefined || two === undefined) return original(turn, target)
    log.entries.splice(at, 2, two, one)
    original(turn, target)
    const now = log.forgotten + one.index - log.first
    if (log.entries[now] === two) log.entries.splice(now, 2, one, two)
  },
})
