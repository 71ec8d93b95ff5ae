/** State that every node has before the run: policies, users, secrets, and any other write. */

import { z } from 'zod'
import type { JsonObject } from '@fourtwelve/protocol'
import type { SchemaContext } from './names.ts'
import type { Given } from './scenario.ts'
import { requestPath } from './schema-request.ts'
import { jsonObject, jsonValue, section } from './section.ts'

export const NOTHING_GIVEN: Given = { policies: [], users: [], secrets: [], requests: [] }

/** What auth/userpass/users takes beside these two. A word that it does not know would be passed over in silence. */
const TOKEN_FIELDS = [
  'token_policies',
  'token_ttl',
  'token_max_ttl',
  'token_explicit_max_ttl',
  'token_period',
  'token_num_uses',
  'token_type',
  'token_no_default_policy',
  'token_bound_cidrs',
] as const

const user: z.ZodType<JsonObject> = section({
  password: z.string().min(1).describe('In quotes when it looks like a number.'),
  policies: z.array(z.string()).optional().describe('Policies of the tokens that this user gets.'),
  ...Object.fromEntries(TOKEN_FIELDS.map((field) => [field, jsonValue.optional()])),
}).transform((raw): JsonObject => withoutUndefined(raw))

/** For the key `given` at the top of a file. */
export function given({ placeOf }: SchemaContext): z.ZodType<Given> {
  return section({
    policies: z.record(z.string().min(1), z.string()).optional().describe('name: policy in HCL or JSON.'),
    users: z.record(z.string().min(1), user).optional().describe('name: what goes to auth/userpass/users/<name>.'),
    secrets: z.record(requestPath, jsonObject).optional().describe('path (secret/data/app): the fields of the secret.'),
    requests: z
      .array(section({ put: requestPath, body: jsonObject.optional() }))
      .optional()
      .describe('Any other writes, in order, with the root token.'),
  }).transform(({ policies = {}, users = {}, secrets = {}, requests = [] }): Given => {
    const place = (list: keyof Given, row: string | number): string => placeOf(['given', list, row])
    return {
      policies: Object.entries(policies).map(([name, hcl]) => ({ place: place('policies', name), name, hcl })),
      users: Object.entries(users).map(([name, fields]) => ({ place: place('users', name), name, fields })),
      secrets: Object.entries(secrets).map(([path, fields]) => ({ place: place('secrets', path), path, fields })),
      requests: requests.map(({ put, body }, at) => ({ place: place('requests', at), path: put, body: body ?? {} })),
    }
  })
}

function withoutUndefined(raw: Readonly<Record<string, JsonObject[string] | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(raw).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])))
}
