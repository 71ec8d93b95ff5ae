/**
 * Compiled policies, kept while the stored ones are the same.
 * Always holds: an ACL is used only if every policy in it is the very object in this node's store, so a changed policy counts
 * from the entry that changed it. At most ACLS_KEPT are kept.
 */

import type { NodeState } from '../node-state.ts'
import { compileAcl, type Acl } from '../policy/acl.ts'
import type { PolicyEntity } from '../policy/identity-template.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy } from '../policy/policy.ts'
import { entityKey, policyKey } from '../storage-keys.ts'
import type { Entity } from '../identity/entity.ts'
import type { TokenEntry } from '../tokens/token-entry.ts'
import type { StoredPolicy } from './stored-policy.ts'

/** Combinations of policies whose ACL is kept. */
const ACLS_KEPT = 1024

interface KeptAcl {
  readonly stored: readonly (StoredPolicy | undefined)[]
  readonly entity: Entity | undefined
  readonly acl: Acl
}

export interface AclCache {
  readonly kept: Map<string, KeptAcl>
  readonly parsed: WeakMap<StoredPolicy, Policy>
}

export const createAclCache = (): AclCache => ({ kept: new Map(), parsed: new WeakMap() })

/** What a token may do by this node's own policies. A policy that is not here allows nothing. */
export function aclOf(node: NodeState, entry: TokenEntry): Acl {
  const { kept } = node.aclCache
  const entity = entry.entityId === '' ? undefined : node.store.get<Entity>(entityKey(entry.entityId))
  const key = `${entry.entityId} ${entry.policies.join(',')}`
  const found = kept.get(key)
  if (found !== undefined && isCurrent(node, entry, found, entity)) return found.acl
  const stored = entry.policies.map((name) => node.store.get<StoredPolicy>(policyKey(name)))
  const acl = compileAcl(
    stored.flatMap((policy) => parsedOf(node, policy)),
    entity === undefined ? null : policyEntity(entity),
  )
  if (kept.size >= ACLS_KEPT) kept.clear()
  kept.set(key, { stored, entity, acl })
  return acl
}

/** An entity as policies' templates speak of it. */
const policyEntity = (entity: Entity): PolicyEntity => ({
  ...entity,
  aliases: entity.aliases.map((alias) => ({ ...alias, accessor: alias.mountAccessor })),
})

function isCurrent(node: NodeState, entry: TokenEntry, found: KeptAcl, entity: Entity | undefined): boolean {
  // One name may hold a comma, so that two lists of names can share a key.
  if (found.entity !== entity || found.stored.length !== entry.policies.length) return false
  for (let i = 0; i < entry.policies.length; i++) {
    if (node.store.get(policyKey(entry.policies[i] ?? '')) !== found.stored[i]) return false
  }
  return true
}

function parsedOf(node: NodeState, stored: StoredPolicy | undefined): readonly Policy[] {
  if (stored === undefined) return []
  let policy = node.aclCache.parsed.get(stored)
  if (policy === undefined) {
    const parsed = parsePolicy(stored.name, stored.text)
    // Only policies that parse are stored; one that no longer does allows nothing.
    if ('error' in parsed) return []
    policy = parsed
    node.aclCache.parsed.set(stored, policy)
  }
  return [policy]
}
