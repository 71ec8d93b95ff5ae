/**
 * An independent judge: Porcupine must find register workloads linearizable when every read is forwarded, refuse them when reads go
 * to lagging standbys, and agree with our own judge (`judge-by-log.ts`) on every one of them, lies included.
 * Runs with CI=true or FOURTWELVE_ORACLE=1, where Go is. FOURTWELVE_ORACLE_SEEDS says how many seeds.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import { createEntropy } from '@fourtwelve/simulation'
import { registerLines } from 'fourtwelve'
import { beforeAll, describe, expect, test } from 'vitest'
import { judgeByLog } from './judge-by-log.ts'
import { BUILD_MS_MAX, oracleFor, whyNot, type Verdict } from './oracle.ts'
import { playRegisters, type Mitigation, type RunWish } from './register-runs.ts'
import { spoil, type Spoiling } from './spoil-history.ts'

const { build, ask } = oracleFor('porcupine')
const skipped = await whyNot()
if (skipped !== null) console.info(`Porcupine is left out: ${skipped}`)

/** About ten seconds. */
const SEEDS_DEFAULT = 6
const SEEDS_MAX = 1_000_000
/** A seed is played once a test; with faults it takes up to half a second of a slow machine. */
const SEED_MAX_MS = 4_000
/** Histories in one question to Porcupine. */
const BATCH = 50

const seeds = seedsWanted(process.env['FOURTWELVE_ORACLE_SEEDS'])

function seedsWanted(text: string | undefined): readonly number[] {
  const wanted = text === undefined || text === '' ? SEEDS_DEFAULT : Number(text)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > SEEDS_MAX)
    throw new Error(`FOURTWELVE_ORACLE_SEEDS is "${text}": give a number of seeds from 1 to ${SEEDS_MAX}`)
  return Array.from({ length: wanted }, (_, at) => at + 1)
}

/** A history, and what is said of it. */
interface Question {
  readonly name: string
  readonly records: readonly HistoryRecord[]
}

interface Told extends Question {
  readonly verdicts: readonly Verdict[]
}

/** Asks Porcupine about many histories, as export writes them into one file, and compares what it says with our own judge. */
function judge<Asked extends Question>(questions: Iterable<Asked>): readonly (Asked & Told)[] {
  const batch: Asked[] = []
  const lines: string[] = []
  const told: (Asked & Told)[] = []
  const askNow = (): void => {
    const { verdicts, error } = ask(lines.splice(0).join(''))
    expect(error).toBe('')
    for (const [at, question] of batch.splice(0).entries()) {
      const own = verdicts.filter(({ run }) => run === at + 1)
      const said = new Map<string, string>(own.map(({ key, verdict }) => [key, verdict]))
      expect(said, question.name).toEqual(judgeByLog(question.records))
      told.push({ ...question, records: [], verdicts: own })
    }
  }
  for (const question of questions) {
    batch.push(question)
    lines.push(...exported(question.records))
    if (batch.length === BATCH) askNow()
  }
  if (batch.length > 0) askNow()
  return told
}

function exported(records: readonly HistoryRecord[]): readonly string[] {
  const lines: string[] = []
  const [summary] = registerLines(records, (line) => lines.push(line))
  expect(summary?.through).toBe('end')
  return lines
}

const played = (wish: RunWish, seed: number): Question => ({
  name: `seed ${seed}`,
  records: playRegisters(wish, seed).records,
})

function* runsOf(wish: RunWish): Iterable<Question> {
  for (const seed of seeds) yield played(wish, seed)
}

/** The history as it is of servers that tell nothing but their answers. */
const foreign = (records: readonly HistoryRecord[]): readonly HistoryRecord[] =>
  records.flatMap((record): HistoryRecord[] => {
    if (record.kind === 'run' || record.kind === 'call') return [record]
    if (record.kind !== 'reply') return []
    const { kind, t, id, status, errors, index, token, version } = record
    return [{ kind, t, id, status, errors, index, token, ...(version === undefined ? {} : { version }) }]
  })

const operationsIn = (verdicts: readonly Verdict[]): number =>
  verdicts.reduce((sum, { operations }) => sum + operations, 0)
const wrong = (told: readonly Told[]): readonly string[] =>
  told.filter(({ verdicts }) => verdicts.some(({ verdict }) => verdict !== 'Ok')).map(({ name }) => name)

const bothWays = (mitigation: Mitigation): readonly RunWish[] =>
  [false, true].map((withFaults) => ({ mitigation, withFaults }))

describe.skipIf(skipped !== null)('Porcupine', { timeout: seeds.length * SEED_MAX_MS }, () => {
  beforeAll(build, BUILD_MS_MAX)

  test.each(bothWays('blind-forward'))('finds one register where all is forwarded (faults: $withFaults)', (wish) => {
    const told = judge(runsOf(wish))
    expect(wrong(told)).toEqual([])
    for (const { verdicts } of told) expect(operationsIn(verdicts)).toBeGreaterThan(100)
  })

  test.each(bothWays('none'))('refuses what lagging standbys show (faults: $withFaults)', (wish) => {
    const told = judge(runsOf(wish))
    expect(wrong(told)).toEqual(told.map(({ name }) => name))
  })

  // Sessions that see their own writes make no register: another session's write may be missing.
  test.each([...bothWays('index'), ...bothWays('conditional-forward')])(
    'agrees with our own judge about $mitigation (faults: $withFaults)',
    (wish) => {
      expect(judge(runsOf(wish)).length).toBe(seeds.length)
    },
  )

  test.each(bothWays('blind-forward'))('agrees with our own judge about lies (faults: $withFaults)', (wish) => {
    const told = judge(liesOf(wish))
    for (const { name, how, key, verdicts } of told) {
      if (how !== 'any') expect(verdicts.find((verdict) => verdict.key === key)?.verdict, name).toBe('Illegal')
    }
    for (const how of LIES) expect(told.some((lie) => lie.how === how)).toBe(true)
  })

  test.each([...bothWays('blind-forward'), ...bothWays('none')])(
    'needs no log to say so of $mitigation (faults: $withFaults)',
    (wish) => {
      for (const { name, records } of runsOf(wish)) {
        const { verdicts } = ask(exported(foreign(records)).join(''))
        const said = verdicts.map(({ verdict }) => verdict)
        if (wish.mitigation === 'none') expect(said, name).toContain('Illegal')
        else expect(new Set(said), name).toEqual(new Set(['Ok']))
      }
    },
  )

  test('says of a file that breaks off that it does', () => {
    const { records } = played({ mitigation: 'none', withFaults: false }, 1)
    const lines = exported(records)
    expect(ask(lines.slice(0, -1).join(''))).toMatchObject({ code: 4, error: expect.stringContaining('breaks off') })
    expect(ask(lines.toSpliced(3, 1).join(''))).toMatchObject({
      code: 4,
      error: expect.stringMatching(/written and \d+ read/),
    })
    expect(ask(lines.join(''))).toMatchObject({ code: 1, error: '' })
  })
})

const LIES: readonly Spoiling[] = ['older', 'future', 'twice', 'any']

interface Lie extends Question {
  readonly how: Spoiling
  readonly key: string
}

function* liesOf(wish: RunWish): Iterable<Lie> {
  for (const seed of seeds) {
    const { records } = playRegisters(wish, seed)
    for (const how of LIES) {
      const spoiled = spoil(records, how, createEntropy(seed).stream(`lies: ${how}`))
      if (spoiled !== null) yield { name: `seed ${seed}, ${how}`, how, ...spoiled }
    }
  }
}
