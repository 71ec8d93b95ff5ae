/**
 * The requests that parts of a script are made of: a token, its use, the headers of a request.
 * Always holds: a request uses only names that an earlier step may have saved.
 */

import type { JsonObject } from '@fourtwelve/protocol'
import type { Dice } from './dice.ts'
import type { Forgery } from './forge.ts'
import type { FileRow } from './scenario-file.ts'

export interface Script {
  readonly dice: Dice
  /** Names of tokens that were saved. */
  readonly tokens: string[]
  /** Names of X-Vault-Index values that were saved. */
  readonly indexes: string[]
  /** A node, or a role. */
  node(): string
  /** A name that nothing has. */
  name(prefix: string): string
  /** One of the script's clients. */
  client(): string
  /** Adds a request, of any of the clients where none is named. */
  ask(row: FileRow, client?: string): void
  /** Adds any other step. */
  add(row: FileRow): void
  forge(forgery: Forgery): void
}

/** The last tokens are used most: there the gates are. */
export function someToken({ dice, tokens }: Script): string | null {
  if (tokens.length === 0) return null
  return dice.happens(0.6) ? (tokens.at(-1) ?? null) : dice.pick(tokens)
}

export const asToken = (token: string | null): FileRow => (token === null ? {} : { token })

/** X-Vault-Index and forwarding headers, mostly none. */
export function headers({ dice, indexes }: Script): FileRow {
  const index =
    indexes.length > 0 && dice.happens(0.35) ? { index: dice.pick([...indexes.slice(-2), dice.pick(indexes)]) } : {}
  const by = dice.weighted<FileRow>([
    [{}, 12],
    [{ forward: true }, 1],
    [{ inconsistent: 'forward-active-node' }, 2],
  ])
  return { ...index, ...by }
}

/** Reads, and writes that show which node acted for whom. */
export function use(script: Script, token: string | null, node: string = script.node()): void {
  const { dice } = script
  const request = dice.weighted<FileRow>([
    [{ get: 'auth/token/lookup-self' }, 5],
    [{ get: 'secret/data/app' }, 3],
    [{ put: 'secret/data/app', body: { data: { v: dice.between(1, 99) } } }, 2],
    [{ post: 'auth/token/lookup', body: { token: token === null ? 'none' : `\${${token}}` } }, 1],
  ])
  script.ask({ ...request, node, ...asToken(token), ...headers(script) })
}

export function lifetimeOf({ dice }: Script): JsonObject {
  return dice.weighted<JsonObject>([
    [{}, 4],
    [{ ttl: dice.pick(['1s', '2s', '4s']) }, 3],
    [{ ttl: '2s', explicit_max_ttl: dice.pick(['3s', '5s']) }, 2],
    [{ period: dice.pick(['2s', '4s']) }, 1],
  ])
}

/** Creates a token and answers its name. */
export function create(script: Script, body: JsonObject, parent: string | null, node: string = script.node()): string {
  const name = script.name('t')
  const { dice } = script
  script.ask({
    post: dice.happens(0.1) && body['type'] === undefined ? 'auth/token/create-orphan' : 'auth/token/create',
    node,
    ...asToken(parent),
    body: { policies: ['app', 'default'], ...body },
    save:
      dice.happens(0.3) && body['type'] === undefined ? savedWithIndex(script, name) : { [name]: 'auth.client_token' },
  })
  script.tokens.push(name)
  return name
}

function savedWithIndex(script: Script, token: string): JsonObject {
  const index = script.name('i')
  script.indexes.push(index)
  return { [token]: 'auth.client_token', [index]: 'index' }
}
