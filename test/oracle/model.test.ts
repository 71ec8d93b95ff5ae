/** What Porcupine is asked with: the model of a secret as a register (`porcupine/register.go`), on histories of a few operations. */

import { beforeAll, describe, expect, test } from 'vitest'
import { BUILD_MS_MAX, oracleFor, whyNot } from './oracle.ts'

const { build, ask } = oracleFor('model')
const skipped = await whyNot()
if (skipped !== null) console.info(`Porcupine is left out: ${skipped}`)

/** `w1 10-20` writes version 1, called at 10, answered at 20; `r0` finds no secret; `w?` is told no number; `10-` is never answered. */
function exported(operations: readonly string[]): string {
  const lines = operations.map((text) => {
    const [, kind, value, call, ended] = /^([wr])(\d+|\?) (\d+)-(\d*)$/.exec(text) ?? []
    return {
      kind: kind === 'w' ? 'write' : 'read',
      key: 'secret/data/a',
      value: value === '?' ? null : Number(value),
      call: Number(call),
      return: ended === '' ? null : Number(ended),
    }
  })
  const run = { kind: 'run', format: 'fourtwelve-registers', version: 1, scenario: 'by hand', seed: 1 }
  const end = { kind: 'end', operations: lines.length }
  return [run, ...lines, end].map((line) => `${JSON.stringify(line)}\n`).join('')
}

describe.skipIf(skipped !== null)('a register', () => {
  beforeAll(build, BUILD_MS_MAX)

  test.each<readonly [string, 'Ok' | 'Illegal', readonly string[]]>([
    ['shows what was written', 'Ok', ['w1 1-2', 'r1 3-4', 'w2 5-6', 'r2 7-8']],
    ['shows nothing older', 'Illegal', ['w1 1-2', 'w2 3-4', 'r1 5-6']],
    ['shows either of what is under way', 'Ok', ['w1 1-2', 'w2 3-9', 'r1 4-5', 'r2 6-7']],
    ['does not go back between two readers', 'Illegal', ['w1 1-2', 'w2 3-9', 'r2 4-5', 'r1 6-7']],
    ['shows nothing from the future', 'Illegal', ['w1 1-2', 'r2 3-4', 'w2 5-6']],
    ['does not lose what it acknowledged', 'Illegal', ['w1 1-2', 'w2 3-4', 'w2 5-6']],
    ['may begin with any version', 'Ok', ['r7 1-2', 'w8 3-4', 'r8 5-6']],
    ['may show a write that nobody answered', 'Ok', ['w1 1-2', 'w2 3-', 'r1 4-5', 'r2 6-7']],
    ['and then shows it for good', 'Illegal', ['w1 1-2', 'w2 3-', 'r2 4-5', 'r1 6-7']],
    ['may show a write that nobody numbered', 'Ok', ['w1 1-2', 'w? 3-', 'r2 4-5', 'w3 6-7']],
    ['or never', 'Ok', ['w1 1-2', 'w? 3-', 'r1 4-5', 'w2 6-7', 'r2 8-9']],
    ['or show it late, behind others', 'Ok', ['w1 1-2', 'w? 3-', 'w2 4-5', 'r3 6-7', 'w4 8-9']],
    ['but once only', 'Illegal', ['w1 1-2', 'w? 3-', 'r2 4-5', 'w4 6-7']],
    ['and not before it was called', 'Illegal', ['w1 1-2', 'r2 3-4', 'w? 5-']],
    ['nor for a read that ends before', 'Illegal', ['w1 1-2', 'w2 3-8', 'r3 4-9', 'r3 4-5', 'w? 6-']],
    ['uses those that were called first', 'Ok', ['w1 1-2', 'w? 3-', 'w? 6-', 'r2 4-5', 'r3 7-8']],
    ['takes an answer without a number', 'Ok', ['w1 1-2', 'w? 3-4', 'r2 5-6']],
    ['which then has happened', 'Illegal', ['w1 1-2', 'w? 3-4', 'r1 5-6']],
    ['begins anew when it is removed', 'Ok', ['w1 1-2', 'w2 3-4', 'w0 5-6', 'r0 7-8', 'w1 9-10', 'r1 11-12']],
    ['and forgets what was', 'Illegal', ['w1 1-2', 'w0 3-4', 'r1 5-6']],
  ])('%s: %s', (_, verdict, operations) => {
    const answer = ask(exported(operations))
    expect(answer.verdicts.map((told) => told.verdict)).toEqual([verdict])
    expect(answer.code).toBe(verdict === 'Ok' ? 0 : 1)
  })

  test('ends with 2 when nothing is there, and with 4 for what is no export', () => {
    expect(ask(exported([]))).toEqual({ code: 2, verdicts: [], error: '' })
    expect(ask('').code).toBe(2)
    expect(ask('{"kind":"call","t":1}\n').code).toBe(4)
    expect(ask(exported(['w1 1-2']).replace('"version":1', '"version":2')).code).toBe(4)
    expect(ask(exported(['r? 1-2'])).code).toBe(4)
  })
})
