/** The npm clients that are run. */

import { hashiVaultJsDriver } from './drive-hashi-vault-js.ts'
import { litehexDriver } from './drive-litehex-node-vault.ts'
import { nodeVaultClientDriver } from './drive-node-vault-client.ts'
import { nodeVaultDriver } from './drive-node-vault.ts'
import type { NpmDriver } from './npm-driver.ts'

export const NPM_DRIVERS: readonly NpmDriver[] = [
  nodeVaultDriver,
  hashiVaultJsDriver,
  litehexDriver,
  nodeVaultClientDriver,
]
