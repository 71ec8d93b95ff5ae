/**
 * Which key of the log a path of a secret leads to.
 * Always holds: a key is never guessed: it was written for a request to that path, or the same mount put another path where its name
 * says. So it holds as long as no mount is removed or moved, which its user must look at.
 */

import { RecentMap } from './recent-map.ts'

/** Paths of secrets. */
const PATHS_MAX = 65_536
/** Mounts whose folder is known. */
const MOUNTS_MAX = 1_024
/**
 * Secrets that began in the run while the ledger of tokens and secrets surely has all of them: half of what it keeps, so that there is
 * room for those that a cluster is founded with.
 */
const BEGUN_MAX = 8_192

const DATA = '/data/'
const METADATA = '/metadata/'
/** Names that a server may write otherwise than they were asked for. */
const UNSURE = /\/\/|[%\\]|\/\.|\/$/

export class SecretKeys {
  #keys = new RecentMap<string, string>(PATHS_MAX)
  /** The folder of a mount's secrets, up to and with `/metadata/`. */
  #folders = new RecentMap<string, string>(MOUNTS_MAX)
  #begun = 0

  /** A request to this path wrote this key. */
  learn(path: string, key: string): void {
    if (this.#keys.get(path) === key) return
    this.#keys.set(path, key)
    const end = path.indexOf('/')
    const name = path.slice(end + DATA.length)
    if (path.startsWith(DATA, end) && key.endsWith(METADATA + name)) {
      this.#folders.set(path.slice(0, end), key.slice(0, key.length - name.length))
    }
  }

  /** The key of a path; undefined when nobody can say. */
  of(path: string): string | undefined {
    const known = this.#keys.get(path)
    if (known !== undefined) return known
    const end = path.indexOf('/')
    const folder = path.startsWith(DATA, end) ? this.#folders.get(path.slice(0, end)) : undefined
    if (folder === undefined || UNSURE.test(path)) return undefined
    const key = folder + path.slice(end + DATA.length)
    this.#keys.set(path, key)
    return key
  }

  /** The log has a new secret, or an old one anew. */
  begins(): void {
    this.#begun++
  }

  /** The log is numbered anew, and its mounts may be other ones. */
  beginAnew(): void {
    this.#keys = new RecentMap(PATHS_MAX)
    this.#folders = new RecentMap(MOUNTS_MAX)
  }

  /** Whether a secret that the ledger does not know was never there. */
  get knowsAll(): boolean {
    return this.#begun < BEGUN_MAX
  }
}
