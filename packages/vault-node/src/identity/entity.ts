/**
 * Who logs in: an entity stands for a user, and an alias points to it from a name on an auth mount.
 * Always holds: the entity is written before its alias, so that an alias that is here has its entity here; neither changes
 * once it was written.
 */

import { randomUuid, type Micros } from '@fourtwelve/protocol'
import type { RequestId } from '../event.ts'
import type { NodeState } from '../node-state.ts'
import { aliasKey, entityKey } from '../storage-keys.ts'
import type { LoginAlias } from '../tokens/login-draft.ts'
import { write, type Turn } from '../turn.ts'

/** Stored at `entityKey(id)`. Policies' templates read it. */
export interface Entity {
  readonly id: string
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  readonly aliases: readonly EntityAlias[]
  readonly creationTime: Micros
}

interface EntityAlias {
  readonly id: string
  readonly mountAccessor: string
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
}

/** Stored at `aliasKey(mountAccessor, name)`. */
interface StoredAlias {
  readonly id: string
  readonly entityId: string
}

/**
 * The id of an alias's entity. The first login of a user writes both: two entries, the entity first (vault-consistency 4.2).
 * Only on the active node.
 */
export function ensureEntity(turn: Turn, request: RequestId, alias: LoginAlias): string {
  const known = findEntityId(turn.node, alias)
  if (known !== null) return known
  const { crypto, now } = turn
  const id = randomUuid(crypto)
  const aliasId = randomUuid(crypto)
  const { mountAccessor, name } = alias
  const entity: Entity = {
    id,
    // Vault names an entity that nobody named after the first part of a random id.
    name: `entity_${randomUuid(crypto).slice(0, 'xxxxxxxx'.length)}`,
    metadata: {},
    aliases: [{ id: aliasId, mountAccessor, name, metadata: {} }],
    creationTime: now,
  }
  const stored: StoredAlias = { id: aliasId, entityId: id }
  write(turn, request, entityKey(id), entity)
  write(turn, request, aliasKey(mountAccessor, name), stored)
  return id
}

/** The entity of an alias, as far as this node knows; null before its first login has arrived here. */
export const findEntityId = (node: NodeState, alias: LoginAlias): string | null =>
  node.store.get<StoredAlias>(aliasKey(alias.mountAccessor, alias.name))?.entityId ?? null

/** Whether this node has an entity: a standby that has not forwards the request (vault-consistency 0.E7). */
export const knowsEntity = (node: NodeState, entityId: string): boolean => node.store.has(entityKey(entityId))
