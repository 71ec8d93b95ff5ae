/**
 * Broken: a standby does not apply the end of a token that has a parent.
 * Must be caught by: `revocation-is-final`.
 */

import type { StoredValue } from '@fourtwelve/protocol'
import type { NodeState } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Note = (node: NodeState, key: string, value: StoredValue | null) => void

/** What each standby saw of tokens and leases while they lived. */
const KEPT = new WeakMap<NodeState, Map<string, StoredValue>>()

export const CHILDREN_OUTLIVE_ON_STANDBY: Mutant = defineMutant<Note>({
  name: 'children-outlive-on-standby',
  breaks: 'A standby does not apply the end of a token that has a parent.',
  law: 'revocation-is-final',
  reference: 'M5',
  package: 'vault-node',
  file: 'log/derived-state',
  replaces: 'noteChange',
  by: (original) => (node, key, value) => {
    original(node, key, value)
    const id = /^sys\/(?:token\/id|expire\/id)\/(.+)$/.exec(key)?.[1]
    if (id === undefined || node.role === 'active') return
    const kept = KEPT.get(node) ?? new Map<string, StoredValue>()
    KEPT.set(node, kept)
    const child = kept.get(`sys/token/id/${id}`)
    const isDead = value === null || (value as { readonly numUses?: number }).numUses === -1
    if (!isDead) kept.set(key, value)
    const before = kept.get(key)
    const hasParent = (child as { readonly parent?: string } | undefined)?.parent !== ''
    if (isDead && child !== undefined && hasParent && before !== undefined)
      node.store.applyChange({ scope: 'local', namespace: '', key, value: before })
  },
})
