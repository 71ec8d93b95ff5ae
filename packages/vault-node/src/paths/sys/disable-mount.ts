/**
 * Takes a mount away, with everything in it.
 * Always holds: the mount goes first, so that nobody can reach what is going; the rest goes in slices, and the answer leaves
 * when everything that the mount kept is deleted and every token that an auth method gave is revoked. Batch tokens stand
 * nowhere, so they live until their end, as in Vault.
 */

import { NO_INDEX, type Micros } from '@fourtwelve/protocol'
import { refused, type Outcome } from '../../outcome.ts'
import { put, type RequestContext } from '../../request-context.ts'
import type { Store } from '../../log/store.ts'
import type { Mount } from '../../request/mount.ts'
import { mountFolder, mountKey, TOKEN_FOLDER } from '../../storage-keys.ts'
import { takesRevocations, TOO_MANY_REVOCATIONS } from '../../tokens/revoke-job.ts'
import { startJob } from '../../tokens/revoke-tree.ts'
import type { TokenEntry } from '../../tokens/token-entry.ts'
import { AUTH_PREFIX } from './mount-table.ts'

/** Keys that are looked at in one slice, for the tokens among them. */
const KEYS_A_SLICE = 4_096

export function disableMount(context: RequestContext, mount: Mount): Outcome {
  const { turn, open } = context
  const { node, now } = turn
  if (!takesRevocations(node)) return refused(TOO_MANY_REVOCATIONS.status, TOO_MANY_REVOCATIONS.error)
  put(context, mountKey(mount.path), null)
  const roots = mount.path.startsWith(AUTH_PREFIX) ? tokensOf(node.store, mount, now) : [].values()
  startJob(turn, {
    orphanChildren: false,
    // It is not the revocation that the client asked for: the answer says its index whatever `index_on_revoke` says.
    answers: { open, indexed: true },
    folder: mountFolder(mount.uuid),
    roots,
    root: null,
    stack: [],
    wrote: NO_INDEX,
  })
  return { kind: 'later' }
}

/** Salted ids of the tokens that logins on a mount gave; those of a method that is mounted there again are younger than `now`. */
function* tokensOf(store: Store, mount: Mount, now: Micros): Generator<string | null> {
  let looked = 0
  for (const [key, value] of store.entries()) {
    if (key.startsWith(TOKEN_FOLDER)) {
      const { path, creationTime } = value as TokenEntry
      if (path.startsWith(mount.path) && creationTime <= now) yield key.slice(TOKEN_FOLDER.length)
    }
    looked += 1
    if (looked % KEYS_A_SLICE === 0) yield null
  }
}
