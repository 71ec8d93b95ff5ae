/**
 * A plan as the model sees it: which prefix of the log a node had applied when a request was handled there, and at which time.
 * Always holds: entries and their values come from the tap (`tap.ts`), how far a node is from the history alone.
 */

import type { NodeId, ServerConfig, VaultRequest } from '@fourtwelve/protocol'
import type { Effect, NodeEvent } from '@fourtwelve/vault-node'
import { configOf, type Plan } from '../plan.ts'
import { play, type Played } from '../play-plan.ts'
import type { Moment } from './alive.ts'
import { createKnownLogs } from './known-logs.ts'
import { lookOn } from './tap.ts'

/** A request, or a part of it, at the node that worked on it. */
export interface Handling {
  readonly node: NodeId
  readonly moment: Moment
  readonly how: 'own' | 'forwarded' | 'call'
  /** The whole request; null for a call. */
  readonly request: VaultRequest | null
  /** The salted id of the parent, in a call for a token. */
  readonly parent: string | null
  /** It stopped being the active node before it looked at the request: what it was then, nobody said. */
  readonly resigns: boolean
}

export interface WatchedPlan extends Played {
  readonly config: ServerConfig
  readonly handled: ReadonlyMap<number, readonly Handling[]>
}

/** What a node of this role does in place of what it was about to do. */
export type Spoils = (effect: Effect, role: Moment['role']) => Effect

const SPOILS_NOTHING: Spoils = (effect) => effect

/** `spoils` breaks nodes on purpose. */
export function watchPlan(plan: Plan, spoils: Spoils = SPOILS_NOTHING): WatchedPlan {
  const config = configOf(plan)
  const logs = createKnownLogs()
  const handled = new Map<number, Handling[]>()
  let cluster = ''
  lookOn({
    joined: logs.begun,
    stepped(node, event, now, crypto, run) {
      const asked = askedBy(event)
      const { id, role } = node
      const prefix = logs.appliedBy(id)
      const effects = run().map((effect) => spoils(effect, role))
      logs.turned(id, effects)
      if (asked !== null) {
        const resigns = effects.some(({ kind }) => kind === 'resign')
        const moment = { state: logs.stateOf(prefix), index: prefix.index, role, now, config, cluster, crypto }
        handled.set(asked.id, [...(handled.get(asked.id) ?? []), { node: id, moment, resigns, ...asked }])
      }
      return effects
    },
  })
  try {
    const played = play(plan, {
      untilAnswered: true,
      watch(record) {
        if (record.kind === 'run') cluster = record.cluster
        logs.heard(record)
      },
    })
    return { ...played, config, handled }
  } finally {
    lookOn(null)
  }
}

type AskedBy = Pick<Handling, 'how' | 'request' | 'parent'> & { readonly id: number }

function askedBy(event: NodeEvent): AskedBy | null {
  if (event.kind === 'request') return { id: event.id, how: 'own', request: event.request, parent: null }
  if (event.kind !== 'message') return null
  const { message } = event
  if (message.kind === 'forward') return { id: message.id, how: 'forwarded', request: message.request, parent: null }
  if (message.kind !== 'call') return null
  const parent = message.what.kind === 'create-token' ? message.what.parent : null
  return { id: message.id, how: 'call', request: null, parent }
}
