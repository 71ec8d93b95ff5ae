/**
 * The script of a scenario: one step after the other, each begun when the one before has ended.
 * Always holds: a step that fails does not stop the script, unless what a later step needs was not saved.
 */

import { LONGEST_LAG, type Cluster, type Fault } from '@fourtwelve/cluster'
import {
  formatDuration,
  micros,
  MICROS_PER_MS,
  type ForwardCause,
  type JsonObject,
  type Micros,
  type NodeId,
  type WalIndex,
} from '@fourtwelve/protocol'
import { expectedIn, judgeReply } from './judge-reply.ts'
import { clientPolicy } from './mitigation.ts'
import type { Measurements } from './measurements.ts'
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

/** `wait_until: applied` looks again after this, */
const SHORTEST_LOOK: Micros = micros(MICROS_PER_MS)
/** or after this part of the time that it has waited, if that is longer: so a wait of a year is 18 000 looks. */
const LOOK_SHARE = 1_000
/** How long it looks: no lag that a file may name is longer, nor any stall on top of it. */
const LONGEST_WAIT: Micros = micros(2 * LONGEST_LAG)

export function runSteps(
  cluster: Cluster,
  scenario: Pick<Scenario, 'steps' | 'values'>,
  numbers: RunNumbers,
  measurements: Measurements,
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
      case 'wait-until-applied':
        return waitUntilApplied(cluster, step.node, (isApplied) =>
          end(
            `wait until ${step.node} has applied`,
            isApplied ? {} : { verdict: 'fail', failures: [notApplied(step.node)] },
          ),
        )
      case 'inflict':
        cluster.inflict(step.fault)
        return end(describeFault(step.fault))
      case 'request':
        return runRequest(step, end)
    }
  }

  const runRequest = (
    step: Extract<Step, { kind: 'request' }>,
    end: (what: string, result: Partial<StepResult>) => void,
  ): void => {
    const { client, node, request: template } = step
    const what = `${template.method} ${template.path}`
    const unsaved = unsavedNames(template, saved)
    if (unsaved.length > 0) {
      return end(what, { verdict: 'fail', failures: [`cannot be sent: nothing was saved as ${unsaved.join(', ')}`] })
    }
    const request = requestOf(template, saved, cluster.rootToken)
    const expect = expectationOf(template, saved)
    runOperation(
      cluster,
      numbers,
      sessionOf(client, step.as),
      () => node,
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
          reply: stepReply(client, node, ended),
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

/** Waits for what is committed when it begins: what no majority has need never be applied. */
function waitUntilApplied(cluster: Cluster, node: NodeId, done: (isApplied: boolean) => void): void {
  const began = cluster.now()
  const target = cluster.state().find(({ role }) => role === 'active')?.committed ?? 0
  const look = (): void => {
    const applied = cluster.state().find((status) => status.node === node)?.applied ?? 0
    if (applied >= target) return done(true)
    const waited = cluster.now() - began
    if (waited >= LONGEST_WAIT) return done(false)
    cluster.after(micros(Math.max(SHORTEST_LOOK, Math.ceil(waited / LOOK_SHARE))), look)
  }
  look()
}

const notApplied = (node: NodeId): string =>
  `${node} has not applied it after ${formatDuration(LONGEST_WAIT)}: is its link held or cut, or does it apply nothing?`

const describeFault = (fault: Fault): string => `${fault.kind} ${fault.link}`
