/**
 * What the path of a request says, found out once for each path.
 * Always holds: at most PATHS_MAX paths for sure; one that was forgotten is found out anew.
 */

import type { CallRecord } from '@fourtwelve/protocol'
import { gatesOfPath, type PathGates } from './path-gates.ts'
import { RecentMap } from './recent-map.ts'
import { isSecretPath, RemovedSecrets } from './secret-paths.ts'

const PATHS_MAX = 16_384

export interface KnownPath {
  readonly path: string
  readonly gates: PathGates
  /** Whether it reads or writes the data of a secret. */
  readonly isSecret: boolean
  /** Whether versions of its secret may have started again. */
  isRemoved: boolean
}

export class KnownPaths {
  readonly #removed = new RemovedSecrets()
  readonly #paths = new RecentMap<string, KnownPath>(PATHS_MAX)
  #last: KnownPath | null = null

  /** Takes a call as it leaves. */
  observe(call: CallRecord): KnownPath {
    const known = this.find(call.path)
    if (!known.isSecret) {
      const removed = this.#removed.observe(call)
      if (removed !== null) this.find(removed).isRemoved = true
    }
    return known
  }

  find(path: string): KnownPath {
    if (this.#last?.path === path) return this.#last
    let known = this.#paths.get(path)
    if (known === undefined) {
      known = {
        path,
        gates: gatesOfPath(path),
        isSecret: isSecretPath({ path }),
        isRemoved: this.#removed.has(path),
      }
      this.#paths.set(path, known)
    }
    this.#last = known
    return known
  }

  /** Whether any path may lead to another secret than before. */
  get mayHaveMoved(): boolean {
    return this.#removed.mayHaveMoved
  }
}
