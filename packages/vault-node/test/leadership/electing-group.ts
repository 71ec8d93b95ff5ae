/** A group whose nodes lose patience as Vault's do, and what tests of elections look at. */

import { milliseconds, seconds, type JsonObject, type Micros, type ServerConfig } from '@fourtwelve/protocol'
import type { PeerMessage } from '@fourtwelve/vault-node'
import { NodeGroup, withConfig, type GroupOptions } from '../node-pair.ts'

export const ELECTION_TIMEOUT: Micros = seconds(5)
/** Vault's words for a request that was caught in the transition. */
export const CANCELED = 'active context canceled after getting state lock'
export const NOT_FOUND = 'local node not active but active cluster node not found'
const LOOKS_MAX = 100_000

export const impatient = (...given: Parameters<typeof withConfig>): ServerConfig => ({
  ...withConfig(...given),
  election_timeout: ELECTION_TIMEOUT,
})

export const electing = (standbys: number, options: Partial<GroupOptions> = {}): NodeGroup =>
  new NodeGroup({ standbys, config: impatient({}), ...options })

export const put = (group: NodeGroup, ordinal: number, n: number): number =>
  group.begin(ordinal, group.request('POST', 'cubbyhole/a', { json: { n } }))

export const get = (group: NodeGroup, ordinal: number): JsonObject | number => {
  const { reply } = group.ask(ordinal, 'GET', 'cubbyhole/a')
  return reply.status === 200 ? (reply.body?.['data'] as JsonObject) : reply.status
}

type Stand = Extract<PeerMessage, { readonly kind: 'stand' }>

/** Who asks for votes, of all that is under way. */
export const standing = (group: NodeGroup): readonly (readonly [number, Stand])[] =>
  [...group.ids.keys()].flatMap((from) =>
    [...group.ids.keys()]
      .filter((to) => to !== from)
      .flatMap((to) => group.underWay(from, to))
      .flatMap((message) => (message.kind === 'stand' ? [[from, message] as const] : [])),
  )

/** Lets time pass, without a message arriving, until it is so. Answers how long it took. */
export function passUntil(group: NodeGroup, isSo: () => boolean, step: Micros = milliseconds(10)): number {
  const from = group.now
  for (let looks = 0; !isSo(); looks++) {
    if (looks > LOOKS_MAX) throw new Error('it never is so')
    group.pass(step)
  }
  return group.now - from
}

export const contents = (group: NodeGroup, ordinal: number): unknown => new Map(group.node(ordinal).store.entries())
