/**
 * One operation of a client: a request, its retries, the redirects that it follows, and what is remembered of its answers.
 * Always holds: every attempt leaves a `call` and a `reply` in the history; an operation ends once, and not later than the
 * client's deadline; what to send and whether to try again is decided by @fourtwelve/client alone, so that simulated clients and
 * real HTTP share it.
 */

import { decide, EMPTY_MEMORY, prepare, remember, type ClientPolicy, type IndexMemory } from '@fourtwelve/client'
import type { Answer, Chance, Cluster } from '@fourtwelve/cluster'
import { micros, type Micros, type NodeId, type VaultRequest } from '@fourtwelve/protocol'
import { createDeadlines, type Deadlines } from './deadlines.ts'
import { callRecord, replyRecord } from './run-records.ts'

/** Who asks: sessions share nothing, operations of one session share what they remember. */
export interface Session {
  readonly name: string
  readonly policy: ClientPolicy
  readonly chance: Chance
  readonly deadlines: Deadlines
  memory: IndexMemory
}

export const createSession = (
  cluster: Cluster,
  name: string,
  policy: ClientPolicy,
  memory: IndexMemory = EMPTY_MEMORY,
): Session => ({
  name,
  policy,
  chance: cluster.chance(`client ${name}`),
  deadlines: createDeadlines(cluster, policy),
  memory,
})

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
  /** Null when the call ran into the client's own deadline. */
  readonly last: Answer | null
}

/** Why an attempt is made. */
export type AttemptCause = 'first' | 'retry' | 'redirect'

/** Everything that happens to an attempt, for those who count. */
export type AttemptSeen = (answer: Answer, cause: AttemptCause) => void

/** What becomes of an attempt that is under way at the deadline: the client closes its connection, and hears no more of it. */
const GIVEN_UP: Answer = { kind: 'lost', why: 'the client gave up at its own deadline' }

export function runOperation(
  cluster: Cluster,
  numbers: RunNumbers,
  session: Session,
  pick: () => NodeId,
  template: VaultRequest,
  seen: AttemptSeen,
  done: (end: OperationEnd) => void,
): void {
  const { policy } = session
  const began = cluster.now()
  const operation = ++numbers.operations
  const request = prepare(policy, session.memory, template)
  /** Where the last redirect that was followed points. */
  let redirectedTo: NodeId | null = null
  let redirects = 0
  let attempts = 0
  /** Attempts since the last redirect. */
  let tries = 0
  let met412 = false
  /** Takes the answer to the attempt that is under way. */
  let hear: ((answer: Answer) => void) | null = null
  let isOver = false

  const end = (last: Answer | null): void => {
    isOver = true
    endDeadline()
    done({ began, ended: cluster.now(), attempts, met412, last })
  }
  const endDeadline = session.deadlines.begin(() => {
    hear?.(GIVEN_UP)
    end(null)
  })

  const attempt = (cause: AttemptCause): void => {
    if (isOver) return
    const id = ++numbers.attempts
    attempts += 1
    tries = cause === 'retry' ? tries + 1 : 1
    const node = redirectedTo ?? pick()
    const remembers = policy.index.kind === 'remember'
    const facts = { id, operation, attempt: attempts, session: session.name, node, request, remembers }
    cluster.record(callRecord(cluster.now(), facts))
    const mine = (answer: Answer): void => {
      hear = null
      cluster.record(replyRecord(cluster.now(), { id, request }, answer))
      seen(answer, cause)
    }
    hear = mine
    cluster.send(node, id, request, (answer) => {
      if (hear !== mine) return
      mine(answer)
      answered(answer)
    })
  }

  const answered = (answer: Answer): void => {
    const reply = answer.kind === 'reply' ? answer.value.reply : null
    const status = reply === null ? 'lost' : reply.status
    if (status === 412) met412 = true
    if (reply !== null) session.memory = remember(policy.index, session.memory, reply.index)
    const elapsed = micros(cluster.now() - began)
    const to = reply?.redirectTo
    const redirect = to === undefined ? {} : { redirect: { to, followed: redirects } }
    const decision = decide(policy, { number: tries, elapsed, status, ...redirect }, session.chance.unit())
    switch (decision.kind) {
      case 'done':
        return end(answer)
      case 'redirect':
        redirects += 1
        redirectedTo = decision.to
        return attempt('redirect')
      case 'retry':
        return cluster.after(decision.after, () => attempt('retry'))
      case 'timed-out':
        // The deadline itself ends it.
        return
    }
  }

  attempt('first')
}
