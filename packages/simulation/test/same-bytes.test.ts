/** Same options, same bytes: in one process, in another one, and never for another seed. */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { micros, nodeId, vaultRequest } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { plans } from './random-plans.ts'
import { bytesOf, play } from './play-plan.ts'
import { runOnce } from './run-once.js'

const SCRIPT = fileURLToPath(new URL('run-once.js', import.meta.url))
const inOtherProcess = (seed: number): string =>
  execFileSync(process.execPath, [SCRIPT, String(seed)], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })

test('the same seed gives the same history, byte for byte', () => {
  const first = runOnce(1)
  expect(first.split('\n').length).toBeGreaterThan(1_000)
  expect(runOnce(1)).toBe(first)
})

test('in another process too', () => {
  for (const seed of [1, 99]) expect(inOtherProcess(seed)).toBe(runOnce(seed))
})

test('another seed gives another history and another fingerprint', () => {
  const runs = [1, 2, -1, 2 ** 32 + 1].map((seed): string => runOnce(seed))
  expect(new Set(runs.map((run) => run.split('\n')[0])).size).toBe(runs.length)
})

test('answers show in the fingerprint, where nothing else differs', () => {
  const runs = [
    vaultRequest('GET', 'sys/health'),
    vaultRequest('GET', 'sys/health', { query: { perfstandbyok: 'true' } }),
    vaultRequest('POST', 'secret/data/a'),
    vaultRequest('GET', 'sys/seal-status'),
  ].map((request) => {
    const { simulation } = play({ seed: 1, standbys: 1, acts: [] })
    let status = 0
    simulation.send(nodeId(1), 1, request, (answer) => {
      if (answer.kind === 'reply') status = answer.value.reply.status
    })
    simulation.run(micros(simulation.now() + 1_000_000), () => false)
    return { status, events: simulation.events(), fingerprint: simulation.fingerprint() }
  })
  expect(runs.map(({ status }) => status)).toEqual([473, 200, 403, 200])
  expect(new Set(runs.map(({ events }) => events)).size).toBe(1)
  expect(new Set(runs.map(({ fingerprint }) => fingerprint)).size).toBe(runs.length)
})

test('any plan plays the same twice', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const [first, second] = [play(plan), play(plan)]
      expect(bytesOf(second)).toBe(bytesOf(first))
      expect(second.simulation.fingerprint()).toBe(first.simulation.fingerprint())
      expect(second.simulation.events()).toBe(first.simulation.events())
    }),
    { numRuns: 150 },
  )
})
