/** @litehex/node-vault. It answers `{ data }` or `{ error }` and throws nothing; what it has no word for goes by `read` and `write`. */

import { Client } from '@litehex/node-vault'
import { POLICY } from '../cluster-for-clients.ts'
import type { NpmDriver } from './npm-driver.ts'

export const litehexDriver: NpmDriver = {
  client: '@litehex/node-vault',
  session(endpoint, token) {
    const vault = new Client({ endpoint, token })
    const write = async (path: string, data: Readonly<Record<string, unknown>> = {}): Promise<Answer> =>
      outcome(await vault.write({ path, data }))
    return {
      login: async (user, password) => clientToken(await write(`auth/userpass/login/${user}`, { password })),
      createToken: async () => clientToken(await write('auth/token/create', { policies: [POLICY] })),
      write: async (path, data) => outcome(await vault.kv2.write({ mountPath: 'secret', path, data })),
      read: async (path) => outcome(await vault.kv2.read({ mountPath: 'secret', path })).data?.data,
      list: async () => outcome(await vault.list({ path: 'secret/metadata' })).data?.keys ?? [],
      lookup: async () => outcome(await vault.read({ path: 'auth/token/lookup-self' })),
      renew: () => write('auth/token/renew-self'),
      revoke: () => write('auth/token/revoke-self'),
    }
  },
  // Its errors have the text of the answer, and no status.
  statusOf: () => undefined,
}

interface Answer {
  readonly auth?: { readonly client_token?: string }
  readonly data?: { readonly data?: unknown; readonly keys?: readonly string[] }
}

function outcome(answered: unknown): Answer {
  const { data, error } = answered as { data?: Answer; error?: unknown }
  if (error !== undefined) throw error
  return data ?? {}
}

function clientToken({ auth }: Answer): string {
  if (auth?.client_token === undefined) throw new Error('the answer has no token')
  return auth.client_token
}
