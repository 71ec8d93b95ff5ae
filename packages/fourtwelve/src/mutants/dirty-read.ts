/**
 * Broken: a standby shows a secret as the entries leave it that it has received, and that it may not show yet.
 * Must be caught by: `reply-equals-replay`.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

interface Context {
  readonly turn: { readonly node: NodeState }
}
type Answer = (context: Context, field: string, show: unknown) => unknown

export const DIRTY_READ: Mutant = defineMutant<Answer>({
  name: 'dirty-read',
  breaks: 'A standby shows a secret as the entries leave it that it has received, and that it may not show yet.',
  law: 'reply-equals-replay',
  reference: null,
  package: 'vault-node',
  file: 'paths/kv2/version-answer',
  replaces: 'answerVersion',
  by: (original) => (context, field, show) => {
    const { turn } = context
    const { node } = turn
    if (node.role === 'active') return original(context, field, show)
    const ahead = new Map<string, StoredValue | null>()
    for (const { index, changes } of node.log.entries.slice(node.log.forgotten))
      if (index > node.log.applied) for (const { key, value } of changes) ahead.set(key, value)
    const get = (key: string): StoredValue | undefined =>
      ahead.has(key) ? (ahead.get(key) ?? undefined) : node.store.get(key)
    return original(
      { ...context, turn: { ...turn, node: { ...node, store: { get } as typeof node.store } } },
      field,
      show,
    )
  },
})
