/** `run --live`: the same files, the same laws, real threads and real HTTP. */

import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const COMMAND = new URL('../../packages/fourtwelve/bin/fourtwelve.js', import.meta.url).pathname
const FOLDER = new URL('../../scenarios/', import.meta.url).pathname
/** Quick ones, some seconds each, one for each mechanism. With CI=true all are played that do not need exact times. */
const QUICK = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '14', '15', '16', '17', '20']
const isPlayed = (name: string): boolean =>
  process.env['CI'] === 'true'
    ? !/^runtime: simulation\b/m.test(readFileSync(join(FOLDER, name), 'utf8'))
    : QUICK.includes(name.slice(0, 2))
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && isPlayed(name))
/** The longest of them play for half a minute, on a machine that does other things too. */
const RUN_MS_MAX = 240_000

interface Printed {
  readonly verdict: string
  readonly runtime: string
  readonly fingerprint: string | null
  readonly steps: readonly { readonly verdict: string; readonly failures: readonly string[] }[]
  readonly laws: readonly { readonly name: string; readonly verdict: string }[]
}

/** The command itself, in a process of its own, as a user runs it. */
function runLive(file: string): Promise<{ readonly code: number | null; readonly printed: Printed }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [COMMAND, 'run', join(FOLDER, file), '--live', '--json'], (error, out, errors) => {
      if (out === '') return reject(new Error(errors))
      resolve({ code: error === null ? 0 : Number(error.code), printed: JSON.parse(out) as Printed })
    })
  })
}

describe('run --live', () => {
  test.each(files)(
    '%s passes on a live cluster',
    async (file) => {
      const { code, printed } = await runLive(file)
      expect(printed.steps.flatMap(({ failures }) => failures)).toEqual([])
      expect(printed.laws.filter(({ verdict }) => verdict === 'broken')).toEqual([])
      expect([code, printed.verdict, printed.runtime, printed.fingerprint]).toEqual([0, 'pass', 'live', null])
    },
    RUN_MS_MAX,
  )
})
