/**
 * One thread's exploring: seed after seed, until a law breaks or seeds or time are over; then it makes the scenario small.
 * Always holds: which scenario belongs to a seed depends on nothing else; a thread finds one thing and ends.
 */

import {
  brokenIn,
  drawScenario,
  judgeDraft,
  proseOf,
  shrink,
  stepsOf,
  writeScenarioFile,
  type DraftKind,
  type JudgedDraft,
  type Shrunk,
} from '@fourtwelve/explore'
import { createEntropy } from '@fourtwelve/simulation'
import type { ExploreNews, ExploreOrder, Found, Progress } from './explore-messages.ts'
import { judgedRun } from './judged-run.ts'

/** Scenarios between two reports. */
const REPORTED_AT_ONCE = 10
/** Runs to make one scenario small. */
const SHRINK_TRIES = 500
/** A scenario of more steps than this, or with clients, is worth looking for another. */
const STEPS_WANTED = 10
/** Scripts that are tried in place of a load that broke a law. */
const SCRIPTS_TRIED = 120
/** Part of the time that a load is shrunk before scripts are looked for. */
const LOAD_SHARE = 0.4
/** Time for shrinking when the time is over already. */
const SHRINK_MS = 8_000

const NOTHING: Omit<Progress, 'kind'> = { scenarios: 0, events: 0, operations: 0, unended: 0, broken: [] }

export function explore(order: ExploreOrder, tell: (news: ExploreNews) => void): void {
  const ends = order.milliseconds === null ? Number.POSITIVE_INFINITY : performance.now() + order.milliseconds
  let since = { ...NOTHING }
  const report = (): void => {
    tell({ kind: 'progress', ...since })
    since = { ...NOTHING }
  }
  for (let nth = 0; nth < order.count && performance.now() < ends; nth += 1) {
    const seed = order.first + nth * order.step
    const judged = judgeSeed(seed, null)
    const { events, operations, run } = judged.outcome
    const broken = brokenIn(judged.outcome)
    since = {
      scenarios: since.scenarios + 1,
      events: since.events + events,
      operations: since.operations + operations,
      unended: since.unended + (run === null ? 1 : 0),
      broken: [...new Set([...since.broken, ...broken])],
    }
    const law = order.law === null ? broken[0] : broken.find((name) => name === order.law)
    if (law !== undefined) {
      report()
      const until =
        order.milliseconds === null ? performance.now() + SHRINK_MS : Math.max(ends, performance.now() + SHRINK_MS)
      const small = order.shrinks ? shortest(judged, law, until) : { judged, tries: 0 }
      return tell(foundOf(seed, law, broken, small, order.mutant))
    }
    if (since.scenarios >= REPORTED_AT_ONCE) report()
  }
  report()
}

const judgeSeed = (seed: number, kind: DraftKind | null): JudgedDraft =>
  judgeDraft(
    drawScenario((name) => createEntropy(seed).stream(`explore ${name}`), seed, kind),
    judgedRun,
  )

/** As short as it gets: a load that stays one, or a script that stays long, is given up for a script of another seed that is shorter. */
function shortest(judged: JudgedDraft, law: string, until: number): Shrunk {
  const goesOn = (): boolean => performance.now() < until
  const smaller = (first: JudgedDraft, to: number): Shrunk =>
    shrink(first, { law, run: judgedRun, triesMax: SHRINK_TRIES, goesOn: () => performance.now() < to })
  const now = performance.now()
  const isLoad = judged.draft.file.clients !== undefined
  let best = smaller(judged, isLoad ? now + LOAD_SHARE * (until - now) : until)
  const { seed } = judged.draft.file
  for (let other = seed + 1; other <= seed + SCRIPTS_TRIED && goesOn() && sizeOf(best) > STEPS_WANTED; other += 1) {
    const script = judgeSeed(other, 'script')
    if (!brokenIn(script.outcome).includes(law)) continue
    const tried = smaller(script, until)
    if (sizeOf(tried) < sizeOf(best)) best = tried
  }
  return best
}

/** Steps; a load counts as more than any script. */
const sizeOf = ({ judged: { file } }: Shrunk): number =>
  stepsOf(file).length + 1000 * (file.clients?.length ?? 0) + (file.faults?.length ?? 0)

function foundOf(
  seed: number,
  law: string,
  broken: readonly string[],
  { judged, tries }: Shrunk,
  mutant: string | null,
): Found {
  const file = { ...judged.file, question: `Does the law ${law} hold here?` }
  const prose = proseOf(judged.outcome, law)
  const by = mutant === null ? '' : ` with the mutant ${mutant}`
  return {
    kind: 'found',
    seed,
    law,
    broken,
    stillBroken: brokenIn(judged.outcome),
    prose,
    text: writeScenarioFile(file, [
      `Found by fourtwelve fuzz --seed ${seed}${by}${tries > 0 ? ', and made small' : ''}: it breaks the law ${law}.`,
    ]),
    steps: stepsOf(file).length,
    clients: file.clients?.length ?? 0,
    tries,
  }
}
