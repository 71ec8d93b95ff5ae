/** Short ways to speak to `secret/`, which is kv version 2. */

import { vaultRequest, type JsonObject, type VaultReply } from '@fourtwelve/protocol'
import type { OneNode } from '../../one-node.ts'

export const writeData = (node: OneNode, path: string, data: JsonObject, options?: JsonObject): VaultReply =>
  node.ask('POST', `secret/data/${path}`, options === undefined ? { data } : { data, options })

export const readWithQuery = (node: OneNode, path: string, query: Record<string, string>): VaultReply =>
  node.send(vaultRequest('GET', path, { token: node.rootToken, query }))
