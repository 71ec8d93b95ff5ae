/**
 * Broken: the active node takes a write that repeats the last one for a retry, and answers with what that wrote.
 * Must be caught by: `writes-in-order`.
 * It stands for M25, two in-flight writes of one session in the other order: what is under way at the same time has no order here, because
 * every answer waits for its own commit, so only a write that follows an acknowledged one can stand in the wrong place.
 */

import type { WalEntry } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Turn {
  readonly node: NodeState
  readonly written: WalEntry[]
  told: number
}
type Write = (
  context: { readonly turn: Turn; readonly path: string },
  before: unknown,
  config: unknown,
  data: unknown,
) => unknown
interface Last {
  readonly path: string
  readonly data: string
  readonly entry: WalEntry
  readonly outcome: unknown
}

const LAST = new WeakMap<NodeState, Last>()

export const REPEATED_WRITE_SWALLOWED: Mutant = defineMutant<Write>({
  name: 'repeated-write-swallowed',
  breaks: 'The active node takes a write that repeats the last one for a retry, and answers with what that wrote.',
  law: 'writes-in-order',
  reference: 'M25',
  standsIn:
    'two in-flight writes of one session cannot change places here, because every answer waits for its own commit; so a write that follows an acknowledged one is put in its place instead.',
  package: 'vault-node',
  file: 'paths/kv2/new-version',
  replaces: 'writeVersion',
  by: (original) => (context, before, config, data) => {
    const { turn, path } = context
    const last = LAST.get(turn.node)
    if (last !== undefined && last.path === path && last.data === JSON.stringify(data)) {
      turn.written.push(last.entry)
      turn.told = turn.written.length
      return last.outcome
    }
    const outcome = original(context, before, config, data)
    const entry = turn.written.at(-1)
    if (entry !== undefined) LAST.set(turn.node, { path, data: JSON.stringify(data), entry, outcome })
    return outcome
  },
})
