/** What the requests of plans ask for. */

import type { JsonObject, Method } from '@fourtwelve/protocol'

export const POLICY = `
path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] }
path "auth/token/*" { capabilities = ["create", "read", "update", "sudo"] }
`

/** Method, path, body, and which version is wanted. */
export type Asked = readonly [method: Method, path: string, body?: JsonObject | undefined, version?: number]

/** What a request asks. `other` is another token than its own; `n` numbers requests. */
export const REQUESTS = {
  write: (_, n) => ['POST', 'secret/data/a', { data: { n } }],
  'write elsewhere': (_, n) => ['POST', `secret/data/s${n % 5}`, { data: { n } }],
  read: () => ['GET', 'secret/data/a'],
  list: () => ['LIST', 'secret/metadata'],
  'read version': (_, n) => ['GET', 'secret/data/a', undefined, 1 + (n % 3)],
  'read metadata': () => ['GET', 'secret/metadata/a'],
  delete: () => ['DELETE', 'secret/metadata/a'],
  'delete newest': () => ['DELETE', 'secret/data/a'],
  'delete versions': (_, n) => ['POST', 'secret/delete/a', { versions: [1 + (n % 3), 2 + (n % 2)] }],
  undelete: (_, n) => ['POST', 'secret/undelete/a', { versions: [1 + (n % 3), 2 + (n % 2)] }],
  destroy: (_, n) => ['POST', 'secret/destroy/a', { versions: [1 + (n % 3)] }],
  create: () => ['POST', 'auth/token/create', { policies: ['app'], ttl: '1h' }],
  'create orphan': () => ['POST', 'auth/token/create-orphan', { policies: ['app'], ttl: '30s' }],
  'create short': () => ['POST', 'auth/token/create', { policies: ['app'], ttl: '1s' }],
  'create limited': () => ['POST', 'auth/token/create', { policies: ['app'], num_uses: 2 }],
  'create bounded': () => ['POST', 'auth/token/create', { policies: ['app'], ttl: '2s', explicit_max_ttl: '3s' }],
  'create periodic': () => ['POST', 'auth/token/create', { policies: ['app'], period: '2s' }],
  'create thrice': () => ['POST', 'auth/token/create', { policies: ['default', 'app'], num_uses: 3, ttl: '2s' }],
  'create orphan batch': () => ['POST', 'auth/token/create-orphan', { policies: ['app'], type: 'batch', ttl: '3s' }],
  'create batch': () => ['POST', 'auth/token/create', { policies: ['app'], type: 'batch', ttl: '1h' }],
  'create custom': (_, n) => ['POST', 'auth/token/create', { policies: ['app'], id: `custom-${n}` }],
  tamper: () => ['GET', 'auth/token/lookup-self'],
  'look up self': () => ['GET', 'auth/token/lookup-self'],
  'look up other': (other) => ['POST', 'auth/token/lookup', { token: other }],
  'renew self': () => ['POST', 'auth/token/renew-self', {}],
  'renew for longer': () => ['POST', 'auth/token/renew-self', { increment: '1h' }],
  'hide in cubbyhole': (_, n) => ['POST', 'cubbyhole/a', { n }],
  'read elsewhere': (_, n) => ['GET', `secret/data/s${n % 5}`],
  'renew other': (other) => ['POST', 'auth/token/renew', { token: other }],
  'revoke self': () => ['POST', 'auth/token/revoke-self', {}],
  'revoke other': (other) => ['POST', 'auth/token/revoke', { token: other }],
  'revoke and orphan': (other) => ['POST', 'auth/token/revoke-orphan', { token: other }],
  'log in': () => ['POST', 'auth/userpass/login/ann', { password: 'pw' }],
  'log in for batch': () => ['POST', 'auth/userpass/login/bob', { password: 'pw' }],
  'log in badly': () => ['POST', 'auth/userpass/login/ann', { password: 'no' }],
  'policy away': () => [
    'POST',
    'sys/policies/acl/app',
    { policy: 'path "secret/data/s1" { capabilities = ["read"] }' },
  ],
  'policy back': () => ['POST', 'sys/policies/acl/app', { policy: POLICY }],
  mount: (_, n) => ['POST', `sys/mounts/kv${n}`, { type: 'kv' }],
  health: () => ['GET', 'sys/health'],
  nowhere: () => ['GET', 'no/such/path'],
  'bad path': () => ['POST', 'secret/data/a/', {}],
} satisfies Readonly<Record<string, (other: string, n: number) => Asked>>

export const REQUEST_KINDS: readonly (keyof typeof REQUESTS)[] = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]
