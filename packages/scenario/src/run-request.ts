/** From a request as a scenario writes it to one that can be sent, with what was saved filled in. */

import {
  isJsonObject,
  NO_BODY,
  vaultRequest,
  type JsonValue,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { BodyPath, RequestTemplate } from './request-template.ts'
import { fillObject, fillText } from './saved-names.ts'

/** What was saved from earlier replies, by name. */
export type Saved = Map<string, JsonValue>

export function requestOf(template: RequestTemplate, saved: Saved, rootToken: string): VaultRequest {
  const { token } = template
  return vaultRequest(template.method, fillText(template.path, saved), {
    query: template.query,
    token: token.kind === 'none' ? null : token.kind === 'root' ? rootToken : textSaved(saved, token.name),
    index: template.index.map((name) => textSaved(saved, name)),
    forward: template.forward ? 'active-node' : '',
    inconsistent: template.inconsistent,
    body: template.body === null ? NO_BODY : { kind: 'json', value: fillObject(template.body, saved) },
  })
}

function textSaved(saved: Saved, name: string): string {
  const value = saved.get(name)
  return typeof value === 'string' ? value : JSON.stringify(value ?? '')
}

/** Keeps what a template wants kept. Answers the names that the reply did not hold. */
export function saveFrom(template: RequestTemplate, reply: VaultReply, saved: Saved): readonly string[] {
  const missing: string[] = []
  for (const save of template.save) {
    const value = save.from === 'index' ? (reply.index ?? undefined) : valueAt(reply.body, save.path)
    if (value === undefined || value === null)
      missing.push(save.from === 'index' ? 'X-Vault-Index' : save.path.join('.'))
    else saved.set(save.name, value)
  }
  return missing
}

/** What stands at a path in a body; undefined when nothing does. */
export function valueAt(body: JsonValue, path: BodyPath): JsonValue | undefined {
  let value: JsonValue | undefined = body
  for (const key of path) {
    if (Array.isArray(value)) value = (value as readonly JsonValue[])[Number(key)]
    else if (isJsonObject(value)) value = value[key]
    else return undefined
  }
  return value
}
