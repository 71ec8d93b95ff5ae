/** State that every node has before the run: policies, users, secrets, and any other write. */

import { z } from 'zod'
import type { JsonObject } from '@fourtwelve/protocol'
import type { Given } from './scenario.ts'
import { requestPath } from './schema-request.ts'
import { jsonObject, jsonValue, section } from './section.ts'

export const NOTHING_GIVEN: Given = { policies: [], users: [], secrets: [], requests: [] }

const user: z.ZodType<JsonObject> = z
  .looseObject({
    password: z.string().min(1).describe('In quotes when it looks like a number.'),
    policies: z.array(z.string()).optional().describe('Policies of the tokens that this user gets.'),
  })
  .catchall(jsonValue)
  .transform((raw): JsonObject => withoutUndefined(raw))

export const given: z.ZodType<Given> = section({
  policies: z.record(z.string().min(1), z.string()).optional().describe('name: policy in HCL or JSON.'),
  users: z.record(z.string().min(1), user).optional().describe('name: what goes to auth/userpass/users/<name>.'),
  secrets: z.record(requestPath, jsonObject).optional().describe('path (secret/data/app): the fields of the secret.'),
  requests: z
    .array(section({ put: requestPath, body: jsonObject.optional() }))
    .optional()
    .describe('Any other writes, in order, with the root token.'),
}).transform((raw): Given => ({
  policies: Object.entries(raw.policies ?? {}).map(([name, hcl]) => ({ name, hcl })),
  users: Object.entries(raw.users ?? {}).map(([name, fields]) => ({ name, fields })),
  secrets: Object.entries(raw.secrets ?? {}).map(([path, fields]) => ({ path, fields })),
  requests: (raw.requests ?? []).map((row) => ({ path: row.put, body: row.body ?? {} })),
}))

function withoutUndefined(raw: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(raw).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}
