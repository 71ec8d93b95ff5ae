/**
 * Broken: a node that comes back a second time does so from the disk of its first return, and shows that at once, without catching up.
 * Must be caught by: `applied-never-back`.
 */

import type { NodeState, Recovered } from '@fourtwelve/vault-node'
import { defineMutant, type Mutant } from './mutant.ts'

type Recover = (options: { readonly id: string }, recovered: Recovered, now: number, crypto: object) => NodeState

/** What each node of a cluster first came back from; all nodes of a cluster share one port of cryptography. */
const DISKS = new WeakMap<object, Map<string, Recovered>>()

export const RESTART_REWINDS: Mutant = defineMutant<Recover>({
  name: 'restart-rewinds',
  breaks: 'A node that comes back a second time shows the state of its first return, and does not catch up before.',
  law: 'applied-never-back',
  reference: 'M14',
  package: 'vault-node',
  file: 'recover',
  replaces: 'recoverNode',
  by: (original) => (options, recovered, now, crypto) => {
    const disks = DISKS.get(crypto) ?? new Map<string, Recovered>()
    DISKS.set(crypto, disks)
    const first = disks.get(options.id) ?? { ...recovered, values: [...recovered.values] }
    disks.set(options.id, first)
    const node = original(options, { ...first, ballot: recovered.ballot }, now, crypto)
    node.leadership.isCatchingUp = false
    return node
  },
})
