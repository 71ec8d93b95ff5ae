/** From a request as a scenario writes it to one that can be sent, with what was saved filled in. */

import {
  isJsonObject,
  NO_BODY,
  vaultRequest,
  type JsonValue,
  type VaultReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { BodyPath, ReplyExpectation, RequestTemplate } from './request-template.ts'
import { fillObject, fillText, fillValue, SESSION_NAME } from './saved-names.ts'
import type { Scenario } from './scenario.ts'

/** What is saved, by name. */
export type Saved = Map<string, JsonValue>

/** What is saved before the first request: the values of the file, and in a flow the name of its session. */
export const savedAtStart = ({ values }: Pick<Scenario, 'values'>, session: string | null): Saved =>
  new Map([...Object.entries(values), ...(session === null ? [] : [[SESSION_NAME, session] as const])])

export function requestOf(template: RequestTemplate, saved: Saved, rootToken: string): VaultRequest {
  const { token } = template
  return vaultRequest(template.method, fillText(template.path, saved), {
    query: Object.fromEntries(
      Object.entries(template.query).map(([key, value]) => [
        key,
        typeof value === 'string' ? fillText(value, saved) : value.map((text) => fillText(text, saved)),
      ]),
    ),
    token: token.kind === 'none' ? null : token.kind === 'root' ? rootToken : textSaved(saved, token.name),
    index: template.index.map((name) => textSaved(saved, name)),
    forward: template.forward ? 'active-node' : '',
    inconsistent: template.inconsistent,
    body: template.body === null ? NO_BODY : { kind: 'json', value: fillObject(template.body, saved) },
  })
}

/** What the reply should be, given what is saved when its request is sent. */
export function expectationOf({ expect }: RequestTemplate, saved: Saved): ReplyExpectation | null {
  if (expect === null) return null
  const body = expect.body.map((item) => (item.is === 'equal' ? { ...item, to: fillValue(item.to, saved) } : item))
  return { ...expect, body }
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
