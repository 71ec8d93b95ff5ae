/**
 * A request as steps and flows write it: one verb with its path, what goes with it, what to keep of the reply, and what the
 * reply should be.
 * Always holds: exactly one verb; names in `${name}` are well formed (whether they were saved is checked over the whole file).
 */

import type { JsonObject, Method } from '@fourtwelve/protocol'
import { z } from 'zod'
import { ownName, type SchemaContext } from './names.ts'
import type { BodyPath, ReplyExpectation, RequestTemplate, Save } from './request-template.ts'
import { replyExpectation } from './schema-reply.ts'
import { picked } from './picked.ts'
import { jsonObject, refuse } from './section.ts'

/** The verbs of a request, each a key of the step whose value is the path. */
export const VERBS: Readonly<Record<Verb, Method>> = {
  get: 'GET',
  list: 'LIST',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
}
export type Verb = 'get' | 'list' | 'post' | 'put' | 'patch' | 'delete'

const PATH_LETTERS_MAX = 2_048

export const requestPath: z.ZodType<string, string> = z
  .string()
  .min(1)
  .max(PATH_LETTERS_MAX)
  .superRefine((text, zod) => {
    const bare = text.replace(/^\/?(v1\/)?/, '')
    if (bare !== text) refuse(zod, text, 'must not begin with "/" or "v1/"', bare)
    if (text.includes('?')) refuse(zod, text, 'must not hold a "?": write `query: {key: value}`')
  })

const pathKey = requestPath.optional().describe('Path of the request, without /v1/.')

/** The keys of a request, for steps and flows. A section made of them needs ONE_VERB. */
export function requestShape(context: SchemaContext): RequestShape {
  return {
    get: pathKey,
    list: pathKey,
    post: pathKey,
    put: pathKey,
    patch: pathKey,
    delete: pathKey,
    query: z.record(z.string(), queryValue).optional().describe('Query parameters. ${name} stands for a saved value.'),
    body: jsonObject.optional().describe('JSON body. ${name} stands for a saved value.'),
    token: ownName.optional().describe('A saved name, root (the default), or none.'),
    index: z
      .union([ownName, z.array(ownName).max(INDEXES_MAX)], { error: 'must be a saved name or a list of them' })
      .optional()
      .describe('Saved names to send as X-Vault-Index.'),
    forward: z.boolean().optional().describe('Send X-Vault-Forward: active-node.'),
    inconsistent: z.string().optional().describe('Value of X-Vault-Inconsistent, for example forward-active-node.'),
    save: z.record(ownName, saveFrom).optional().describe('name: way into the reply (auth.client_token), or index.'),
    expect: replyExpectation(context).optional().describe('What the reply should be: a status, or more.'),
  }
}

export type RequestShape = {
  readonly get: OptionalPath
  readonly list: OptionalPath
  readonly post: OptionalPath
  readonly put: OptionalPath
  readonly patch: OptionalPath
  readonly delete: OptionalPath
  readonly query: z.ZodOptional<z.ZodType<Record<string, string | string[]>>>
  readonly body: z.ZodOptional<z.ZodType<JsonObject>>
  readonly token: z.ZodOptional<z.ZodType<string>>
  readonly index: z.ZodOptional<z.ZodType<string | string[]>>
  readonly forward: z.ZodOptional<z.ZodType<boolean>>
  readonly inconsistent: z.ZodOptional<z.ZodType<string>>
  readonly save: z.ZodOptional<z.ZodType<Record<string, SaveFrom>>>
  readonly expect: z.ZodOptional<z.ZodType<ReplyExpectation>>
}
type OptionalPath = z.ZodOptional<z.ZodType<string>>

/** Exactly one verb, said in a way that JSON Schema understands. */
export const ONE_VERB: { oneOf: { required: string[] }[] } = {
  oneOf: Object.keys(VERBS).map((verb) => ({ required: [verb] })),
}

/** What a request shape holds once it is parsed. Its caller has seen that there is one verb. */
export function requestTemplate(raw: RawRequest): RequestTemplate {
  const verb = VERB_ORDER.find((key) => raw[key] !== undefined)
  if (verb === undefined) throw new Error('a request without a verb came through: pick its schema by its verb')
  const index = raw.index ?? []
  return {
    method: VERBS[verb],
    path: raw[verb] ?? '',
    query: raw.query ?? {},
    body: raw.body ?? null,
    token: tokenChoice(raw.token ?? 'root'),
    index: typeof index === 'string' ? [index] : index,
    forward: raw.forward ?? false,
    inconsistent: raw.inconsistent ?? '',
    save: Object.entries(raw.save ?? {}).map(([name, from]): Save => ({ name, ...from })),
    expect: raw.expect ?? null,
  }
}

export type RawRequest = z.output<z.ZodObject<RequestShape>>

const VERB_ORDER: readonly Verb[] = ['get', 'list', 'post', 'put', 'patch', 'delete']

/** Headers of one name that one request sends. */
const INDEXES_MAX = 16

/** Words of `token` that no value can be saved under. */
export const TOKEN_WORDS: readonly string[] = ['root', 'none']

function tokenChoice(word: string): RequestTemplate['token'] {
  return word === 'root' || word === 'none' ? { kind: word } : { kind: 'saved', name: word }
}

/** Numbers and booleans are written as they would be in a URL. */
const queryValue: z.ZodType<string | string[]> = picked<string | string[]>(
  [z.array(z.string()), z.union([z.string(), z.number(), z.boolean()]).transform(String)],
  (value) =>
    Array.isArray(value) ? z.array(z.string()) : z.union([z.string(), z.number(), z.boolean()]).transform(String),
)

type SaveFrom = { readonly from: 'index' } | { readonly from: 'body'; readonly path: BodyPath }

const saveFrom: z.ZodType<SaveFrom> = z
  .string()
  .min(1)
  .transform((text): SaveFrom => (text === 'index' ? { from: 'index' } : { from: 'body', path: text.split('.') }))
