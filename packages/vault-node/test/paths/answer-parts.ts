/** Looks into answers, and at what they cost. */

import type { JsonObject, JsonValue, VaultReply } from '@fourtwelve/protocol'
import type { OneNode } from '../one-node.ts'

/** A part of an answer's body, by its path: `data.metadata.version`. */
export function part(reply: VaultReply, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = reply.body ?? undefined
  for (const name of path.split('.')) value = (value as JsonObject | undefined)?.[name]
  return value
}

/** A part that must be text. */
export function textAt(reply: VaultReply, path: string): string {
  const text = part(reply, path)
  if (typeof text !== 'string') throw new Error(`${path} is no text in ${JSON.stringify(reply)}`)
  return text
}

/** A part that must be an object. */
export function objectAt(reply: VaultReply, path: string): JsonObject {
  const object = part(reply, path)
  if (typeof object !== 'object') throw new Error(`${path} is no object in ${JSON.stringify(reply)}`)
  return object as JsonObject
}

/** A token that root makes. */
export const makeToken = (node: OneNode, body: JsonObject): string =>
  textAt(node.ask('POST', 'auth/token/create', body), 'auth.client_token')

/** How many entries an action writes. */
export function writesOf(node: OneNode, act: () => void): number {
  const before = node.state.log.head
  act()
  return node.state.log.head - before
}
