/**
 * Elections under deliveries, flushes, cuts, restarts, clocks and time in any order. The referee of the group (`referee.ts`) throws as
 * soon as two nodes lead in one term, an active node lacks what was acknowledged, nodes show different logs, or an answer of a node
 * that leads misses an acknowledged write; here it is asked besides whether the group works again when everything is whole.
 */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NodeGroup } from '../node-pair.ts'
import { configs, plans, play, recover } from './plan.ts'

/** Many more are worth a run now and then: LEADERSHIP_RUNS=20000. */
const RUNS = Number(process.env['LEADERSHIP_RUNS'] ?? 300)

const contents = (group: NodeGroup, at: number): unknown => new Map(group.node(at).store.entries())

function checkWhole(group: NodeGroup): void {
  const nodes = group.ids.map((_, at) => group.node(at))
  expect(nodes.filter(({ role }) => role === 'active').length).toBe(1)
  const { log, term } = group.active
  expect(log.committed).toBe(log.head)
  for (const [at, node] of nodes.entries()) {
    expect([node.id, node.active, node.term, node.log.applied, node.log.chain]).toEqual([
      node.id,
      group.active.id,
      term,
      log.head,
      log.chain,
    ])
    if (node !== group.active) expect([node.id, node.role]).toEqual([node.id, 'performance-standby'])
    expect(contents(group, at)).toEqual(contents(group, group.activeOrdinal ?? 0))
    const { states, calls, commits } = node.waiting
    expect([states.length, calls.size, commits.length]).toEqual([0, 0, 0])
  }
  for (const at of nodes.keys()) expect(group.ask(at, 'GET', 'auth/token/lookup-self').reply.status).toBe(200)
}

describe.each([1, 2, 3, 5])('in a group of %i nodes', (nodes) => {
  test(
    'one leads a term, nothing acknowledged is lost, all show the same log, and the group works again when it is whole',
    () => {
      fc.assert(
        fc.property(configs, plans, (config, plan) => {
          const group = new NodeGroup({ standbys: nodes - 1, config })
          for (const command of plan) play(group, command)
          recover(group)
          checkWhole(group)
        }),
        { numRuns: RUNS },
      )
    },
    RUNS * 1_000,
  )
})
