/** What a plan for a child token needs to know of this node. */

import type { CryptoPort, Micros } from '@fourtwelve/protocol'
import type { NodeState } from '../node-state.ts'
import type { Mount } from '../request/mount.ts'
import { mountKey, policyKey, tokenKey } from '../storage-keys.ts'
import type { CreateCircumstances } from './plan-token.ts'
import { limitsOf } from './ttl.ts'

const TOKEN_MOUNT = mountKey('auth/token/')

/** What the request says of itself. */
export interface CreateWay {
  readonly path: string
  readonly orphan: boolean
  readonly sudo: boolean
}

export function circumstancesOn(node: NodeState, crypto: CryptoPort, now: Micros, way: CreateWay): CreateCircumstances {
  const { store, config } = node
  return {
    path: way.path,
    orphan: way.orphan,
    sudo: way.sudo,
    now,
    limits: limitsOf(config, store.get<Mount>(TOKEN_MOUNT) ?? null),
    policyExists: (name) => name === 'root' || store.has(policyKey(name)),
    // Also one that is being revoked: its id would come back to life.
    idTaken: (id) => store.has(tokenKey(crypto.saltedId(id))),
  }
}
