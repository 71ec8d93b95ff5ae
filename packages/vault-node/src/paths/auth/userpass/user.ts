/**
 * A user of a userpass mount, as it is stored.
 * Always holds: of the password only a keyed hash is kept, which differs by mount and user; names are in lower case.
 */

import type { CryptoPort } from '@fourtwelve/protocol'
import type { RequestContext } from '../../../request-context.ts'
import type { Mount } from '../../../request/mount.ts'
import { mountFolder } from '../../../storage-keys.ts'
import type { TokenParameters } from './token-parameters.ts'

export interface User {
  readonly passwordHash: string
  readonly token: TokenParameters
  /** Fields that were given by their older names and are still shown under them. Seconds; 0 is "not given". */
  readonly older: {
    readonly policies: boolean
    readonly ttl: number
    readonly maxTtl: number
    readonly boundCidrs: boolean
  }
}

export const userFolder = (mount: Mount): string => `${mountFolder(mount.uuid)}user/`
export const userKey = (mount: Mount, name: string): string => userFolder(mount) + name

/** What Vault takes for a name in this path. */
const NAME = /^\w(?:[\w.-]*\w)?$/

/** The user that a request names, in lower case; null when it is no name, and the path none of this mount. */
export function userNameOf(context: RequestContext): string | null {
  const name = context.params['username'] ?? ''
  return NAME.test(name) ? name.toLowerCase() : null
}

export const userOf = (context: RequestContext, name: string): User | undefined =>
  context.turn.node.store.get<User>(userKey(context.mount, name))

export const hashPassword = (crypto: CryptoPort, mount: Mount, name: string, password: string): string =>
  crypto.saltedId(`password:${mount.uuid}:${name}:${password}`)
