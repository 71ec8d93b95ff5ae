/** hashi-vault-js, as its README uses it. It takes the token with each call. */

import Vault from 'hashi-vault-js'
import { POLICY } from '../cluster-for-clients.ts'
import type { NpmDriver } from './npm-driver.ts'

/** Its default, one second, is for an answer that waits for nothing: a standby's answer to a write waits for the lag. */
const TIMEOUT_MS = 10_000

export const hashiVaultJsDriver: NpmDriver = {
  client: 'hashi-vault-js',
  session(address, token) {
    const vault = clientOf(`${address}/v1`)
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

/** Its own types say `Object` of every answer, and want lists where it takes and sends text. */
interface HashiVault {
  loginWithUserpass(user: string, password: string, mount: string): Promise<{ client_token: string }>
  createToken(token: string, params: { policies: readonly string[] }): Promise<{ client_token: string }>
  createKVSecret(token: string, name: string, data: Readonly<Record<string, string>>): Promise<unknown>
  readKVSecret(token: string, name: string): Promise<{ data: unknown }>
  listKVSecrets(token: string): Promise<{ keys: readonly string[] }>
  lookupSelfToken(token: string): Promise<unknown>
  renewSelfToken(token: string, increment: string): Promise<unknown>
  revokeSelfToken(token: string): Promise<unknown>
}

function clientOf(baseUrl: string): HashiVault {
  return new Vault({ https: false, baseUrl, rootPath: 'secret', timeout: TIMEOUT_MS }) as unknown as HashiVault
}
