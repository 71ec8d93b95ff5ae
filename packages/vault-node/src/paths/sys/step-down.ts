/**
 * `sys/step-down`: the active node gives its place up (vault-http-api 3.2, vault-consistency 4.6).
 * Always holds: the answer leaves first, and waits for nobody; a cluster of one node keeps its leader.
 */

import type { Outcome } from '../../outcome.ts'
import type { PathSpec } from '../../path-spec.ts'
import type { RequestContext } from '../../request-context.ts'

export const STEP_DOWN: PathSpec = {
  path: 'step-down',
  sudo: true,
  alwaysForward: true,
  atOnce: true,
  operations: { write: { on: 'any', handle: stepDown } },
}

function stepDown({ turn }: RequestContext): Outcome {
  turn.node.stepsDown = true
  return { kind: 'done' }
}
