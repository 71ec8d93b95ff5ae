/**
 * Takes a mount away, with everything in it.
 * Always holds: the mount goes first, so that nobody can reach what is going; the answer leaves when every token that an auth
 * method gave is revoked. Batch tokens stand nowhere, so they live until their end, as in Vault.
 */

import type { Outcome } from '../../outcome.ts'
import { put, type RequestContext } from '../../request-context.ts'
import type { Store } from '../../log/store.ts'
import type { Mount } from '../../request/mount.ts'
import { mountFolder, mountKey, TOKEN_FOLDER } from '../../storage-keys.ts'
import type { TokenEntry } from '../../tokens/token-entry.ts'
import { AUTH_PREFIX } from './mount-table.ts'

export function disableMount(context: RequestContext, mount: Mount): Outcome {
  const { node } = context.turn
  put(context, mountKey(mount.path), null)
  for (const key of keysUnder(node.store, mountFolder(mount.uuid))) put(context, key, null)
  const tokens = mount.path.startsWith(AUTH_PREFIX) ? tokensOf(node.store, mount) : []
  if (tokens.length === 0) return { kind: 'done' }
  // One job for all of them: it is done in slices, and answers after the last.
  const stack = tokens.map((saltedId) => ({ saltedId, indexKey: '' }))
  node.revocations.push({ orphanChildren: false, call: context.call, stack })
  return { kind: 'later' }
}

/** Salted ids of the tokens that logins on a mount gave. */
const tokensOf = (store: Store, mount: Mount): readonly string[] =>
  store
    .list(TOKEN_FOLDER)
    .filter((saltedId) => store.get<TokenEntry>(TOKEN_FOLDER + saltedId)?.path.startsWith(mount.path) === true)

const keysUnder = (store: Store, folder: string): readonly string[] =>
  store.list(folder).flatMap((name) => (name.endsWith('/') ? keysUnder(store, folder + name) : [folder + name]))
