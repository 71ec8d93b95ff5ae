/**
 * What laws remember of sessions, and of each secret as a session knows it.
 * Always holds: at most SESSIONS_MAX sessions are remembered for sure; when more secrets are known than KNOWN_SECRETS_MAX, sessions times
 * secrets, all are forgotten at once: to be lenient is enough.
 */

import type { KnownPath } from './known-paths.ts'
import type { Places } from './memory.ts'
import { RecentMap } from './recent-map.ts'

const SESSIONS_MAX = 16_384
const KNOWN_SECRETS_MAX = 65_536

export interface KnownSession {
  readonly places: Places
  /** By their paths. */
  readonly secrets: Map<KnownPath, Places>
}

export class KnownSessions {
  readonly #sessions = new RecentMap<string, KnownSession>(SESSIONS_MAX)
  /** Those of whom a secret is remembered, also when the session itself is forgotten. */
  #withSecrets = new Set<KnownSession>()
  #secrets = 0

  find(name: string): KnownSession {
    let known = this.#sessions.get(name)
    if (known === undefined) {
      known = { places: [], secrets: new Map() }
      this.#sessions.set(name, known)
    }
    return known
  }

  beginSecret(session: KnownSession, path: KnownPath): Places {
    if (this.#secrets >= KNOWN_SECRETS_MAX) this.forgetSecrets()
    const places: Places = []
    session.secrets.set(path, places)
    this.#withSecrets.add(session)
    this.#secrets++
    return places
  }

  forgetSecrets(): void {
    for (const { secrets } of this.#withSecrets) secrets.clear()
    this.#withSecrets = new Set()
    this.#secrets = 0
  }
}
