/**
 * A live cluster whose nodes are killed, cut off, paused and stepped down at random moments under load: threads end for real, come back
 * from their disks, and the cluster elects and goes on.
 * Always holds: nothing that was acknowledged is lost, and after the cool-down all nodes agree: the laws say so, of every run.
 * FOURTWELVE_FAILOVERS runs (CI: 100), each with a seed of its own; what a seed gives is not repeatable, because time is real.
 */

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const COMMAND = new URL('../../packages/fourtwelve/bin/fourtwelve.js', import.meta.url).pathname
const RUNS = Number(process.env['FOURTWELVE_FAILOVERS'] ?? 2)
/** A run takes some six seconds on a quiet machine. */
const RUN_MS_MAX = 90_000

const SCENARIO = `
question: What do clients with ordinary retries lose when nodes fail at random?
topology: { standbys: 2 }
lag: 50ms
duration: 2500ms
cooldown: 4s
server: { election_timeout: 800ms }
clients:
  - name: writers
    sessions: 8
    arrival: { rate: 60/s }
    routing: random
    mitigation: go
    retry: { max: 8 }
    flow:
      - { post: auth/token/create, body: { policies: [default] }, save: { tok: auth.client_token } }
      - { get: auth/token/lookup-self, token: tok }
faults:
  - { at: 400ms, for: 500ms, do: kill, target: active }
  - { every: 700ms, from: 500ms, until: 2400ms, for: { min: 50ms, max: 600ms }, do: [kill, cut, step-down, pause], target: random }
expect:
  witnesses: ['faults >= 1', 'ok{client:writers} >= 1']
`

interface Printed {
  readonly verdict: string
  readonly laws: readonly {
    readonly name: string
    readonly verdict: string
    readonly witness?: { readonly prose: string }
  }[]
}

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-failover-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'failover.yaml')
writeFileSync(file, SCENARIO)

const run = (seed: number): Promise<Printed> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [COMMAND, 'run', file, '--live', '--json', '--seed', String(seed)],
      { maxBuffer: 64 * 1024 * 1024 },
      (_error, out, errors) => {
        if (out === '') return reject(new Error(errors))
        resolve(JSON.parse(out) as Printed)
      },
    )
  })

describe('a live cluster whose nodes fail at random', () => {
  test.each(Array.from({ length: RUNS }, (_, at) => at + 1))(
    'run %i loses nothing that was acknowledged, and agrees in the end',
    async (seed) => {
      const { verdict, laws } = await run(seed)
      expect(laws.filter((law) => law.verdict === 'broken').map(({ name, witness }) => [name, witness?.prose])).toEqual(
        [],
      )
      const judged = new Set(laws.filter((law) => law.verdict === 'holds').map(({ name }) => name))
      expect([verdict, judged.has('acknowledged-survives'), judged.has('convergence')]).toEqual(['pass', true, true])
    },
    RUN_MS_MAX,
  )
})
