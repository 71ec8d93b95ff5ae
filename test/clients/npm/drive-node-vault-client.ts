/** node-vault-client. It knows `read`, `list` and `write`, and authenticates by itself, with a lookup of its token, before the first. */

import VaultClient from 'node-vault-client'
import { POLICY } from '../cluster-for-clients.ts'
import type { NpmDriver } from './npm-driver.ts'

export const nodeVaultClientDriver: NpmDriver = {
  client: 'node-vault-client',
  session(url, token) {
    const vault = new VaultClient({ api: { url }, auth: { type: 'token', config: { token } }, logger: false })
    return {
      login: async (user, password) =>
        (await vault.write(`/auth/userpass/login/${user}`, { password })).auth.client_token,
      createToken: async () => (await vault.write('/auth/token/create', { policies: [POLICY] })).auth.client_token,
      write: (name, data) => vault.write(`/secret/data/${name}`, { data }),
      read: async (name) => (await vault.read(`/secret/data/${name}`)).getValue('data'),
      list: async () => (await vault.list('/secret/metadata')).getValue('keys'),
      lookup: () => vault.read('/auth/token/lookup-self'),
      renew: () => vault.write('/auth/token/renew-self', {}),
      revoke: () => vault.write('/auth/token/revoke-self', {}),
    }
  },
  statusOf: (error) => (error as { statusCode?: number }).statusCode,
}
