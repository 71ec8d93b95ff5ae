/** node-vault, as its README uses it. */

import nodeVault from 'node-vault'
import { POLICY } from '../cluster-for-clients.ts'
import type { NpmDriver } from './npm-driver.ts'

export const nodeVaultDriver: NpmDriver = {
  client: 'node-vault',
  session(endpoint, token) {
    const vault = nodeVault({ endpoint, token })
    return {
      login: async (username, password) => (await vault.userpassLogin({ username, password })).auth.client_token,
      createToken: async () => (await vault.tokenCreate({ policies: [POLICY] })).auth.client_token,
      write: (name, data) => vault.write(`secret/data/${name}`, { data }),
      read: async (name) => (await vault.read(`secret/data/${name}`)).data.data,
      list: async () => (await vault.list('secret/metadata')).data.keys,
      lookup: () => vault.tokenLookupSelf(),
      renew: () => vault.tokenRenewSelf(),
      revoke: () => vault.tokenRevokeSelf(),
    }
  },
  statusOf: (error) => (error as { response?: { statusCode?: number } }).response?.statusCode,
}
