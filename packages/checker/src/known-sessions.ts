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
  readonly name: string
  readonly places: Places
  /** By their paths. */
  secrets: Map<KnownPath, Places>
  /** Which forgetting of secrets `secrets` is younger than. */
  forgettings: number
}

export class KnownSessions {
  readonly #sessions = new RecentMap<string, KnownSession>(SESSIONS_MAX)
  #secrets = 0
  #forgettings = 0

  find(name: string): KnownSession {
    let known = this.#sessions.get(name)
    if (known === undefined) {
      known = { name, places: [], secrets: new Map(), forgettings: this.#forgettings }
      this.#sessions.set(name, known)
    }
    return known
  }

  /** Null while no law remembers anything of it. */
  secretOf(session: KnownSession, path: KnownPath): Places | null {
    return session.forgettings === this.#forgettings ? (session.secrets.get(path) ?? null) : null
  }

  beginSecret(session: KnownSession, path: KnownPath): Places {
    if (this.#secrets >= KNOWN_SECRETS_MAX) this.forgetSecrets()
    if (session.forgettings !== this.#forgettings) {
      session.secrets = new Map()
      session.forgettings = this.#forgettings
    }
    const places: Places = []
    session.secrets.set(path, places)
    this.#secrets++
    return places
  }

  forgetSecrets(): void {
    this.#forgettings++
    this.#secrets = 0
  }
}
