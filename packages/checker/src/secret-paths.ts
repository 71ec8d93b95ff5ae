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

  observe({ method, path }: CallRecord): void {
    if (method === 'DELETE') {
      const [, mount, secret] = METADATA.exec(path) ?? []
      if (mount !== undefined && secret !== undefined) this.#paths.add(`${mount}/data/${secret}`)
      if (this.#paths.size > REMOVED_MAX) this.#all = true
    }
    if (
      method !== 'GET' &&
      method !== 'LIST' &&
      path.startsWith('sys/') &&
      MOUNTS.test(path) &&
      !ONLY_ADDS.test(`${method} ${path}`)
    )
      this.#all = true
  }

  /** Whether a path may lead to another secret than before. */
  get mayHaveMoved(): boolean {
    return this.#all
  }

  /** Whether versions of the secret may have started again. */
  mayHave(path: string): boolean {
    return this.#all || this.#paths.has(path)
  }
}

/** A mount that is made removes none. */
const ONLY_ADDS = /^(?:POST|PUT) sys\/mounts\//

/** What is known of secrets to those who read them: a session, or a session at one node. */
export class KnownVersions<Known> {
  #known = new Map<string, Map<string, Known>>()
  #size = 0

  get(reader: string, path: string): Known | undefined {
    return this.#known.get(reader)?.get(path)
  }

  set(reader: string, path: string, known: Known): void {
    let paths = this.#known.get(reader)
    if (paths === undefined) {
      // All at once: to be lenient is enough.
      if (this.#size >= KNOWN_MAX) this.forgetAll()
      paths = new Map()
      this.#known.set(reader, paths)
    }
    if (!paths.has(path)) this.#size++
    // One reader of very many secrets.
    if (this.#size > 2 * KNOWN_MAX) return this.forgetAll()
    paths.set(path, known)
  }

  forgetAll(): void {
    this.#known = new Map()
    this.#size = 0
  }
}

/** Readers times secrets. */
const KNOWN_MAX = 65_536
