/** The root token that a cluster begins with. */

import { OWN_WORK } from '../event.ts'
import type { Turn } from '../turn.ts'
import { mintToken } from './mint-token.ts'
import type { NewToken } from './new-token.ts'

/**
 * Makes the first root token and answers its text. Without a given text it is the one of Vault's initialisation, which has no
 * lease; a given text makes the one of `vault server -dev -dev-root-token-id`, which has one that never ends.
 */
export function mintRootToken(turn: Turn, text: string | null): string {
  const origin = text === null ? INITIALISED : { ...DEVELOPMENT, customId: text }
  return mintToken(turn, OWN_WORK, { ...ROOT, ...origin }).presented
}

const INITIALISED = { customId: null, path: 'auth/token/root', displayName: 'root', leased: false }
const DEVELOPMENT = { path: 'auth/token/create', displayName: 'token', leased: true }

const ROOT: Omit<NewToken, 'customId' | 'path' | 'displayName' | 'leased'> = {
  type: 'service',
  parent: '',
  policies: ['root'],
  meta: null,
  numUses: 0,
  ttl: 0,
  maxTtl: 0,
  explicitMaxTtl: 0,
  period: 0,
  renewable: false,
  entityId: '',
}
