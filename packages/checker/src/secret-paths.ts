/**
 * Which paths of requests name which secret, and what makes versions start again.
 * Always holds: where a secret, or its whole mount, may have been removed, nothing is said of it any more, because a removal that
 * nobody answered may still come.
 */

import type { CallRecord } from '@fourtwelve/protocol'

/** Removed secrets that are remembered: more of them, and every secret is doubtful. */
const REMOVED_MAX = 65_536

const DATA = '/data/'
const METADATA = /^([^/]+)\/metadata\/(.+)$/
/** Paths that move or remove whole mounts, and DR and restore orders. */
const MOUNTS = /^sys\/(?:mounts|remount|storage\/raft\/snapshot)/

/** Whether a call reads or writes the data of a secret. */
export const isSecretPath = ({ path }: Pick<CallRecord, 'path'>): boolean => path.startsWith(DATA, path.indexOf('/'))

export class RemovedSecrets {
  readonly #paths = new Set<string>()
  #all = false

  /** The path of the secret that a call may remove; null when it removes none, or the whole mount. */
  observe({ method, path }: CallRecord): string | null {
    if (method === 'DELETE') {
      const [, mount, secret] = METADATA.exec(path) ?? []
      if (mount !== undefined && secret !== undefined) return this.#remove(`${mount}/data/${secret}`)
    }
    if (
      method !== 'GET' &&
      method !== 'LIST' &&
      path.startsWith('sys/') &&
      MOUNTS.test(path) &&
      !ONLY_ADDS.test(`${method} ${path}`)
    )
      this.#all = true
    return null
  }

  /** Whether a path may lead to another secret than before. */
  get mayHaveMoved(): boolean {
    return this.#all
  }

  #remove(path: string): string {
    this.#paths.add(path)
    if (this.#paths.size > REMOVED_MAX) this.#all = true
    return path
  }

  /** Whether it was named as removed, in those words. */
  has(path: string): boolean {
    return this.#paths.has(path)
  }
}

/** A mount that is made removes none. */
const ONLY_ADDS = /^(?:POST|PUT) sys\/mounts\//
