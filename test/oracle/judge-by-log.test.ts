/** What our own judge and our laws say of register workloads. Runs everywhere; `porcupine.test.ts` asks the independent judge. */

import { RegisterHistory, type RegisterOperation } from '@fourtwelve/checker'
import { createEntropy } from '@fourtwelve/simulation'
import { describe, expect, test } from 'vitest'
import { judgeByLog } from './judge-by-log.ts'
import { playRegisters, type RegisterRun, type RunWish } from './register-runs.ts'
import { spoil } from './spoil-history.ts'

const SEEDS = [1, 2, 3, 4]
const FORWARDED: readonly RunWish[] = [false, true].map((withFaults) => ({ mitigation: 'blind-forward', withFaults }))

const broken = ({ judgement }: RegisterRun): readonly string[] =>
  judgement.laws.filter(({ verdict }) => verdict === 'broken').map(({ name }) => name)
const checked = ({ judgement }: RegisterRun, law: string): number =>
  judgement.laws.find(({ name }) => name === law)?.checked ?? 0
const illegal = (run: RegisterRun): number =>
  [...judgeByLog(run.records).values()].filter((judgement) => judgement === 'Illegal').length

describe.each(SEEDS)('with seed %d', (seed) => {
  test.each(FORWARDED)('reads that are all forwarded see one register (faults: $withFaults)', (wish) => {
    const run = playRegisters(wish, seed)
    expect(illegal(run)).toBe(0)
    expect(broken(run)).toEqual([])
    expect(checked(run, 'read-your-writes')).toBeGreaterThan(20)
    expect(checked(run, 'monotonic-reads')).toBeGreaterThan(20)
  })

  test('reads of lagging standbys do not, and no law says that they must', () => {
    const run = playRegisters({ mitigation: 'none', withFaults: false }, seed)
    expect(illegal(run)).toBeGreaterThan(0)
    expect(broken(run)).toEqual([])
  })

  test.each(['older', 'future', 'twice'] as const)('a lie is noticed: %s', (how) => {
    const run = playRegisters({ mitigation: 'blind-forward', withFaults: false }, seed)
    const spoiled = spoil(run.records, how, createEntropy(seed).stream('lies'))
    if (spoiled === null) throw new Error(`seed ${seed} has no place for a lie of kind ${how}`)
    expect(judgeByLog(spoiled.records).get(spoiled.key)).toBe('Illegal')
  })
})

test('what is exported of writes that nobody answered is what the log has of them', () => {
  let unanswered = 0
  for (const seed of SEEDS) {
    const { records } = playRegisters({ mitigation: 'none', withFaults: true }, seed)
    const exported: RegisterOperation[] = []
    const registers = new RegisterHistory((operation) => exported.push(operation))
    for (const record of records) registers.observe(record)
    const { operations, open } = registers.end()
    expect(operations).toBe(exported.length)
    expect(open).toBe(exported.filter((operation) => operation.return === null).length)
    unanswered += open
    // No version is missing and none is there twice: no write that happened is left out, and none that did not is in.
    for (const key of new Set(exported.map((operation) => operation.key))) {
      const written = exported.filter((operation) => operation.key === key && operation.kind === 'write')
      const versions = written.map(({ value }) => value ?? -1).toSorted((a, b) => a - b)
      const first = key.endsWith('r1') ? 2 : 1
      expect(versions).toEqual(versions.map((_, at) => first + at))
    }
  }
  expect(unanswered).toBeGreaterThan(0)
})
