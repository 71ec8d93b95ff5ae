/**
 * One operation of a client: a request, its retries, and what is remembered of its answers.
 * Always holds: every attempt leaves a `call` and a `reply` in the history; what to send and whether to try again is decided by
 * @fourtwelve/client alone, so that simulated clients and real HTTP share it.
 */

import { decide, prepare, remember, type ClientPolicy, type IndexMemory } from '@fourtwelve/client'
import type { Answer, Chance, Cluster } from '@fourtwelve/cluster'
import { micros, type Micros, type NodeId, type VaultRequest } from '@fourtwelve/protocol'
import { callRecord, replyRecord } from './run-records.ts'

/** Who asks: sessions share nothing, operations of one session share what they remember. */
export interface Session {
  readonly name: string
  readonly policy: ClientPolicy
  readonly chance: Chance
  memory: IndexMemory
}

/** Numbers attempts and operations over a run. */
export interface RunNumbers {
  attempts: number
  operations: number
}

export interface OperationEnd {
  readonly began: Micros
  readonly ended: Micros
  readonly attempts: number
  readonly met412: boolean
  /** The node of the last attempt. */
  readonly node: NodeId
  /** Null when the call ran into the client's own deadline. */
  readonly last: Answer | null
}

/** Everything that happens to an attempt, for those who count. */
export type AttemptSeen = (answer: Answer, attempt: number) => void

export function runOperation(
  cluster: Cluster,
  numbers: RunNumbers,
  session: Session,
  pick: () => NodeId,
  template: VaultRequest,
  seen: AttemptSeen,
  done: (end: OperationEnd) => void,
): void {
  const began = cluster.now()
  const operation = ++numbers.operations
  const request = prepare(session.policy, session.memory, template)
  let met412 = false

  const attempt = (number: number): void => {
    const id = ++numbers.attempts
    const node = pick()
    cluster.record(callRecord(cluster.now(), { id, operation, attempt: number, session: session.name, node, request }))
    cluster.send(node, id, request, (answer) => {
      cluster.record(replyRecord(cluster.now(), { id, request }, answer))
      seen(answer, number)
      answered(number, node, answer)
    })
  }

  const answered = (number: number, node: NodeId, answer: Answer): void => {
    const status = answer.kind === 'reply' ? answer.value.reply.status : 'lost'
    if (status === 412) met412 = true
    if (answer.kind === 'reply')
      session.memory = remember(session.policy.index, session.memory, answer.value.reply.index)
    const elapsed = micros(cluster.now() - began)
    const decision = decide(session.policy, { number, elapsed, status }, session.chance.unit())
    const end = (last: Answer | null): void =>
      done({ began, ended: cluster.now(), attempts: number, met412, node, last })
    switch (decision.kind) {
      case 'done':
        return end(answer)
      case 'retry':
        return cluster.after(decision.after, () => attempt(number + 1))
      case 'timed-out':
        return cluster.after(decision.after, () => end(null))
    }
  }

  attempt(1)
}
