/**
 * The script of a scenario: one step after the other, each begun when the one before has ended.
 * Always holds: a step that fails does not stop the script, unless what a later step needs was not saved.
 */

import { faultTarget, LONGEST_LAG, type Cluster } from '@fourtwelve/cluster'
import {
  formatDuration,
  micros,
  MICROS_PER_MS,
  seconds,
  type ForwardCause,
  type JsonObject,
  type Micros,
  type NodeId,
  type WalIndex,
} from '@fourtwelve/protocol'
import { expectedIn, judgeReply } from './judge-reply.ts'
import { describeFault } from './describe-fault.ts'
import { clientPolicy } from './mitigation.ts'
import type { Measurements } from './measurements.ts'
import type { LeaderRole } from './planned-fault.ts'
import { activeNode, nodeOfRole } from './resolve-target.ts'
import type { FaultRunner } from './run-faults.ts'
import { createSession, runOperation, type OperationEnd, type RunNumbers, type Session } from './run-operation.ts'
import { textsOf } from './run-records.ts'
import { expectationOf, requestOf, savedAtStart, saveFrom } from './run-request.ts'
import { unsavedNames } from './saved-names.ts'
import type { Scenario, Step } from './scenario.ts'

/** How a step ended. */
export interface StepResult {
  /** From 1. */
  readonly step: number
  readonly at: Micros
  readonly what: string
  readonly note: string | null
  /** Null for steps that ask nothing. */
  readonly reply: StepReply | null
  /** `done` for a step that expects nothing. */
  readonly verdict: 'pass' | 'fail' | 'done'
  readonly failures: readonly string[]
}

export interface StepReply {
  readonly client: string
  /** The node that was asked, also where it sent the client to another. */
  readonly node: NodeId
  readonly status: number
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  readonly by: NodeId | null
  readonly applied: WalIndex | null
  readonly forwarded: ForwardCause | null
  readonly attempts: number
  readonly took: Micros
  readonly body: JsonObject | null
}

/** `wait_until` looks again after this, */
const SHORTEST_LOOK: Micros = micros(MICROS_PER_MS)
/** or after this part of the time that it has waited, if that is longer: so a wait of a year is 18 000 looks. */
const LOOK_SHARE = 1_000
/** How long it looks: no lag that a file may name is longer, nor any stall on top of it. */
const LONGEST_WAIT: Micros = micros(2 * LONGEST_LAG)
/** How long it looks for a leader: many elections fit in. */
const LEADER_WAIT: Micros = seconds(300)

/** What steps and clients of one run share. */
export interface StepSurroundings {
  readonly numbers: RunNumbers
  readonly measurements: Measurements
  readonly faults: FaultRunner
}

export function runSteps(
  cluster: Cluster,
  scenario: Pick<Scenario, 'steps' | 'values'>,
  { numbers, measurements, faults }: StepSurroundings,
  done: (results: readonly StepResult[]) => void,
): void {
  const { steps } = scenario
  const results: StepResult[] = []
  const saved = savedAtStart(scenario, null)
  const sessions = new Map<string, Session>()

  const sessionOf = (client: string, mitigation: string): Session => {
    let session = sessions.get(client)
    if (session?.policy !== clientPolicy(mitigation)) {
      session = createSession(cluster, client, clientPolicy(mitigation), session?.memory)
      sessions.set(client, session)
    }
    return session
  }

  const next = (at: number): void => {
    const step = steps[at]
    if (step === undefined) return done(results)
    const began = cluster.now()
    const end = (what: string, result: Partial<StepResult> = {}): void => {
      results.push({
        step: at + 1,
        at: began,
        what,
        note: step.note,
        reply: null,
        verdict: 'done',
        failures: [],
        ...result,
      })
      next(at + 1)
    }
    switch (step.kind) {
      case 'wait':
        return cluster.after(step.for, () => end(`wait ${formatDuration(step.for)}`))
      case 'wait-until-applied': {
        const node = nodeOfRole(step.node, cluster.state())
        if (node === null) return end(`wait until ${step.node} has applied`, nobody(step.node))
        return lookUntil(cluster, hasApplied(cluster, node), LONGEST_WAIT, (isApplied) =>
          end(`wait until ${node} has applied`, isApplied ? {} : failed(notApplied(node))),
        )
      }
      case 'wait-until-leader': {
        const what = `wait until ${step.node ?? 'a node'} is active`
        const leads = (): boolean => {
          const active = activeNode(cluster.state().filter(({ node }) => !faults.isPaused(node)))
          return active !== null && (step.node === null || step.node === active)
        }
        return lookUntil(cluster, leads, LEADER_WAIT, (isFound) =>
          end(
            what,
            isFound
              ? {}
              : failed(
                  `${step.node ?? 'no node'} is ${step.node === null ? '' : 'not '}active after ${formatDuration(LEADER_WAIT)}`,
                ),
          ),
        )
      }
      case 'inflict': {
        const fault = faults.inflict(step.fault, step.for)
        const what = describeFault(step.fault, step.for)
        if (fault === null) return end(what, failed('left out: nobody is there to be hit'))
        const target = faultTarget(fault)
        return end(what.includes(target) ? what : `${what}: ${target}`)
      }
      case 'request':
        return runRequest(step, end)
    }
  }

  const runRequest = (
    step: Extract<Step, { kind: 'request' }>,
    end: (what: string, result: Partial<StepResult>) => void,
  ): void => {
    const { client, request: template } = step
    const what = `${template.method} ${template.path}`
    const unsaved = unsavedNames(template, saved)
    if (unsaved.length > 0) {
      return end(what, { verdict: 'fail', failures: [`cannot be sent: nothing was saved as ${unsaved.join(', ')}`] })
    }
    const first = nodeOfRole(step.node, cluster.state())
    if (first === null) return end(what, nobody(step.node))
    let node = first
    const pick = (): NodeId => (node = nodeOfRole(step.node, cluster.state()) ?? node)
    const request = requestOf(template, saved, cluster.rootToken)
    const expect = expectationOf(template, saved)
    runOperation(
      cluster,
      numbers,
      sessionOf(client, step.as),
      pick,
      request,
      (answer, cause) => measurements.attempt(client, answer, cause),
      (ended) => {
        const missing = ended.last?.kind === 'reply' ? saveFrom(template, ended.last.value.reply, saved) : []
        const failures = [
          ...(expect === null ? [] : judgeReply(expectedIn(cluster.runtime, expect), ended)),
          ...missing.map((path) => `expected ${path} in the reply, to save it, but it is not there`),
        ]
        const isJudged = expect !== null || failures.length > 0
        measurements.operation(client, ended, failures.length === 0)
        end(what, {
          reply: stepReply(client, first, ended),
          failures,
          verdict: failures.length > 0 ? 'fail' : isJudged ? 'pass' : 'done',
        })
      },
    )
  }

  next(0)
}

function stepReply(client: string, node: NodeId, end: OperationEnd): StepReply {
  const served = end.last?.kind === 'reply' ? end.last.value.served : null
  const reply = end.last?.kind === 'reply' ? end.last.value.reply : null
  return {
    client,
    node,
    status: reply?.status ?? 0,
    errors: textsOf(reply?.body?.['errors']),
    warnings: textsOf(reply?.body?.['warnings']),
    by: served?.by ?? null,
    applied: served?.applied ?? null,
    forwarded: served?.forwarded ?? null,
    attempts: end.attempts,
    took: micros(end.ended - end.began),
    body: reply?.body ?? null,
  }
}

/** Looks again and again, for `bound` at the longest. */
function lookUntil(cluster: Cluster, isTrue: () => boolean, bound: Micros, done: (isTrue: boolean) => void): void {
  const began = cluster.now()
  const look = (): void => {
    if (isTrue()) return done(true)
    const waited = cluster.now() - began
    if (waited >= bound) return done(false)
    cluster.after(micros(Math.max(SHORTEST_LOOK, Math.ceil(waited / LOOK_SHARE))), look)
  }
  look()
}

/** Asks for what is committed when it begins: what no majority has need never be applied. */
function hasApplied(cluster: Cluster, node: NodeId): () => boolean {
  const statuses = cluster.state()
  const active = activeNode(statuses)
  const known = statuses.filter((status) => active === null || status.node === active)
  const target = Math.max(0, ...known.map(({ committed }) => committed))
  return () => {
    const status = cluster.state().find((other) => other.node === node)
    return status !== undefined && status.running && status.applied >= target
  }
}

const failed = (why: string): Partial<StepResult> => ({ verdict: 'fail', failures: [why] })

const nobody = (role: NodeId | LeaderRole): Partial<StepResult> => failed(`no node is ${role} now: nothing was asked`)

const notApplied = (node: NodeId): string =>
  `${node} has not applied it after ${formatDuration(LONGEST_WAIT)}: is its link held or cut, or does it apply nothing?`
