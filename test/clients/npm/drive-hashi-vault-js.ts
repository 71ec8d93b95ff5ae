/** hashi-vault-js, as its README uses it. It takes the token with each call. */

import Vault from 'hashi-vault-js'
import { POLICY } from '../cluster-for-clients.ts'
import type { NpmDriver } from './npm-driver.ts'

/** Its default, one second, is for an answer that waits for nothing: a standby's answer to a write waits for the lag. */
const TIMEOUT_MS = 10_000

export const hashiVaultJsDriver: NpmDriver = {
  client: 'hashi-vault-js',
  session(address, token) {
    const vault = new Vault({ https: false, baseUrl: `${address}/v1`, rootPath: 'secret', timeout: TIMEOUT_MS })
    return {
      login: async (user, password) => (await vault.loginWithUserpass(user, password, 'auth/userpass')).client_token,
      createToken: async () => (await vault.createToken(token, { policies: [POLICY] })).client_token,
      write: (name, data) => vault.createKVSecret(token, name, data),
      read: async (name) => (await vault.readKVSecret(token, name)).data,
      list: async () => (await vault.listKVSecrets(token)).keys,
      lookup: () => vault.lookupSelfToken(token),
      renew: () => vault.renewSelfToken(token, '1h'),
      revoke: () => vault.revokeSelfToken(token),
    }
  },
  statusOf: (error) => (error as { response?: { status?: number } }).response?.status,
}
