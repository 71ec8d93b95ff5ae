/**
 * The load of a scenario: sessions that send flows of requests, by rate or in closed loops.
 * Always holds: no flow begins after the duration; every draw comes from a stream of its own; `idle` is said once.
 */

import type { Cluster } from '@fourtwelve/cluster'
import { micros, type Micros, type NodeId } from '@fourtwelve/protocol'
import { expectedIn, judgeReply } from './judge-reply.ts'
import type { Measurements } from './measurements.ts'
import { clientPolicy, withRetry } from './mitigation.ts'
import type { ReplyExpectation } from './request-template.ts'
import { activeNode } from './resolve-target.ts'
import { createSession, runOperation, type RunNumbers } from './run-operation.ts'
import { expectationOf, requestOf, savedAtStart, saveFrom } from './run-request.ts'
import { unsavedNames } from './saved-names.ts'
import type { ClientLoad, Routing, Scenario } from './scenario.ts'

/** A closed loop without think time over an instant network would stand still in virtual time. */
const SHORTEST_LOOP: Micros = micros(1)

export function runClients(
  cluster: Cluster,
  scenario: Pick<Scenario, 'duration' | 'values'>,
  load: ClientLoad,
  numbers: RunNumbers,
  measurements: Measurements,
  idle: () => void,
): void {
  const duration = scenario.duration ?? micros(0)
  const policy = withRetry(clientPolicy(load.mitigation), load.retry)
  const sessions = Array.from({ length: load.sessions }, (_, ordinal) =>
    createSession(cluster, load.sessions === 1 ? load.name : `${load.name}-${ordinal + 1}`, policy),
  )
  const pickers = sessions.map((_, ordinal) => picker(cluster, load, ordinal))
  let busy = 0
  let isOver = false

  const endFlow = (): void => {
    busy -= 1
    if (isOver && busy === 0) idle()
  }
  const stop = (): void => {
    isOver = true
    if (busy === 0) idle()
  }

  const runFlow = (ordinal: number, ended: () => void): void => {
    const session = sessions[ordinal]
    const pick = pickers[ordinal]
    if (session === undefined || pick === undefined) throw new Error(`${load.name} has no session ${ordinal}`)
    const saved = savedAtStart(scenario, session.name)
    busy += 1
    const over = (): void => {
      ended()
      endFlow()
    }
    const next = (at: number): void => {
      const template = load.flow[at]
      if (template === undefined || unsavedNames(template, saved).length > 0) return over()
      const request = requestOf(template, saved, cluster.rootToken)
      const expect = expectationOf(template, saved)
      const { node } = template
      runOperation(
        cluster,
        numbers,
        session,
        node === null ? pick : () => node,
        request,
        (answer, cause) => measurements.attempt(load.name, answer, cause),
        (end) => {
          const missing = end.last?.kind === 'reply' ? saveFrom(template, end.last.value.reply, saved) : []
          const wanted = expect === null ? null : expectedIn(cluster.runtime, expect)
          measurements.operation(load.name, end, isAsExpected(wanted, end) && missing.length === 0)
          next(at + 1)
        },
      )
    }
    next(0)
  }

  switch (load.arrival.kind) {
    case 'once':
      isOver = true
      for (const ordinal of sessions.keys()) runFlow(ordinal, () => undefined)
      return
    case 'closed': {
      const { think } = load.arrival
      const loop = (ordinal: number): void => {
        if (cluster.now() >= duration) return
        runFlow(ordinal, () => {
          if (cluster.now() < duration) cluster.after(micros(Math.max(think, SHORTEST_LOOP)), () => loop(ordinal))
        })
      }
      for (const ordinal of sessions.keys()) loop(ordinal)
      return cluster.after(duration, stop)
    }
    case 'constant-rate': {
      const { count, per } = load.arrival
      const arrive = (n: number): void => {
        runFlow(n % sessions.length, () => undefined)
        const at = Math.round(((n + 1) * per) / count)
        if (at < duration) cluster.after(micros(at - cluster.now()), () => arrive(n + 1))
        else stop()
      }
      return arrive(0)
    }
  }
}

/** Without an expectation only success is as expected: a redirect that nobody followed has done nothing. */
function isAsExpected(expect: ReplyExpectation | null, end: Parameters<typeof judgeReply>[1]): boolean {
  if (expect !== null) return judgeReply(expect, end).length === 0
  const status = end.last?.kind === 'reply' ? end.last.value.reply.status : 0
  return status >= 200 && status < 300
}

/** Which node an attempt goes to. A retry picks again, but for sticky sessions. */
function picker(cluster: Cluster, load: ClientLoad, ordinal: number): () => NodeId {
  const { nodes } = cluster
  const at = (place: number): NodeId => nodes[place % nodes.length] as NodeId
  const routing: Routing = load.routing
  switch (routing.kind) {
    case 'sticky':
      return () => at(ordinal)
    case 'round-robin': {
      let turn = ordinal
      return () => at(turn++)
    }
    case 'random': {
      const chance = cluster.chance(`routing ${load.name} ${ordinal}`)
      return () => at(chance.below(nodes.length))
    }
    case 'active-only':
      return () => activeNode(cluster.state()) ?? at(0)
    case 'node':
      return () => routing.node
  }
}
