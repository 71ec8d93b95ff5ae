/**
 * One suite for every runtime: what a cluster must do, whoever runs it. Written over the contract alone.
 * Always holds: a case knows no runtime and no exact time; what it waits for it waits for with a margin, so that real threads
 * pass it as virtual time does.
 */

import {
  isJsonObject,
  vaultRequest,
  type JsonObject,
  type JsonValue,
  type Method,
  type Micros,
  type NodeId,
  type ReplicationStanza,
  type ServedReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import type { Cluster } from './cluster.ts'
import type { Fault } from './fault.ts'

/** What a case asks of the cluster, one thing after the other. */
export type Ask =
  | { readonly kind: 'send'; readonly node: NodeId; readonly request: VaultRequest }
  | { readonly kind: 'wait'; readonly time: Micros }
  | { readonly kind: 'inflict'; readonly fault: Fault }

/** The cluster that a case wants. */
export interface Wanted {
  readonly standbys: number
  /** The same constant lag on every link. */
  readonly lag: Micros
  readonly replication: Partial<ReplicationStanza>
  readonly given: readonly VaultRequest[]
}

export interface ConformanceCase {
  /** A sentence in the present. */
  readonly name: string
  readonly wanted: Wanted
  /** Throws an Error that says what was expected and what came. */
  play(cluster: Cluster): Play
}

export type Play = Generator<Ask, void, ServedReply | null>

/** Attempts of one case: more is a loop in it. */
const ASKS_MAX = 1000

/** Plays a case. `done` gets null, or what is wrong. */
export function playCase(cluster: Cluster, { play }: ConformanceCase, done: (failure: string | null) => void): void {
  const asks = play(cluster)
  let sent = 0
  const next = (heard: ServedReply | null): void => {
    let step: IteratorResult<Ask, void>
    try {
      step = asks.next(heard)
    } catch (error) {
      return done(error instanceof Error ? error.message : String(error))
    }
    if (step.done === true) return done(null)
    sent += 1
    if (sent > ASKS_MAX) return done(`the case asks more than ${ASKS_MAX} times`)
    const ask = step.value
    switch (ask.kind) {
      case 'wait':
        return cluster.after(ask.time, () => next(null))
      case 'inflict':
        cluster.inflict(ask.fault)
        return next(null)
      case 'send':
        return cluster.send(ask.node, sent, ask.request, (answer) => {
          if (answer.kind === 'lost') done(`${ask.request.path} on ${ask.node} was not answered: ${answer.why}`)
          else next(answer.value)
        })
    }
  }
  next(null)
}

/** Sends a request and takes its answer. */
export function* ask(
  node: NodeId,
  method: Method,
  path: string,
  given: Partial<VaultRequest>,
): Generator<Ask, ServedReply, ServedReply | null> {
  const answer = yield { kind: 'send', node, request: vaultRequest(method, path, given) }
  if (answer === null) throw new Error(`${path} on ${node} got no answer: the driver must hand in what it heard`)
  return answer
}

export function* wait(time: Micros): Generator<Ask, void, ServedReply | null> {
  yield { kind: 'wait', time }
}

export function* inflict(fault: Fault): Generator<Ask, void, ServedReply | null> {
  yield { kind: 'inflict', fault }
}

export const body = (value: JsonObject): VaultRequest['body'] => ({ kind: 'json', value })

/** What stands at a path in an answer's body. */
export function at(answer: ServedReply, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = answer.reply.body
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  return value
}

/** The text at a path in an answer's body. Throws when there is none. */
export function textAt(answer: ServedReply, ...path: readonly string[]): string {
  const value = at(answer, ...path)
  if (typeof value !== 'string')
    throw new Error(`expected text at ${path.join('.')}, but it is ${JSON.stringify(value)}`)
  return value
}

/** Throws unless both are the same, with what was expected of which. */
export function same(what: string, got: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)]
  if (a !== b) throw new Error(`expected ${what} to be ${b}, but it is ${a}`)
}
