/** Short ways to speak to `secret/`, which is kv version 2. */

import { vaultRequest, type JsonObject, type JsonValue, type VaultReply } from '@fourtwelve/protocol'
import type { OneNode } from '../../one-node.ts'

export const writeData = (node: OneNode, path: string, data: JsonObject, options?: JsonObject): VaultReply =>
  node.ask('POST', `secret/data/${path}`, options === undefined ? { data } : { data, options })

export const readWithQuery = (node: OneNode, path: string, query: Record<string, string>): VaultReply =>
  node.send(vaultRequest('GET', path, { token: node.rootToken, query }))

/** A part of an answer, by its path: `data.metadata.version`. */
export function part(reply: VaultReply, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = reply.body ?? undefined
  for (const name of path.split('.')) value = (value as JsonObject | undefined)?.[name]
  return value
}

/** How many entries an action writes. */
export function writesOf(node: OneNode, act: () => void): number {
  const before = node.state.log.head
  act()
  return node.state.log.head - before
}
