/**
 * Makes a draft that breaks a law as small as it can, by taking things away while the law stays broken.
 * Always holds: what comes out breaks the same law; nothing is tried twice; at most `triesMax` runs are made. Greedy: a reduction
 * that works is taken at once.
 */

import type { Draft } from './draw-scenario.ts'
import { brokenIn, tryDraft, type JudgedDraft, type RunOutcome, type RunScenario } from './judge-draft.ts'
import { reductions } from './reductions.ts'
import { stepsOf } from './scenario-file.ts'

export interface Shrunk {
  readonly judged: JudgedDraft
  /** Runs that were made. */
  readonly tries: number
}

export interface ShrinkOptions {
  readonly law: string
  readonly run: RunScenario
  /** Runs, at most. */
  readonly triesMax: number
  /** Asked before each run; false ends it with what is there. */
  readonly goesOn?: () => boolean
}

/** `first` breaks the law. */
export function shrink(first: JudgedDraft, { law, run, triesMax, goesOn = () => true }: ShrinkOptions): Shrunk {
  let best = first
  let tries = 0
  const tried = new Set<string>([JSON.stringify(first.draft)])
  const attempt = (draft: Draft): boolean => {
    const text = JSON.stringify(draft)
    if (tried.has(text)) return false
    tried.add(text)
    tries += 1
    const judged = tryDraft(draft, run)
    if (judged === null || !shows(judged.outcome, law)) return false
    if (failures(judged.outcome) > failures(best.outcome)) return false
    if (judged.outcome.run === null && first.outcome.run !== null) return false
    // Without a request a run shows nothing, and so no file passes by it.
    if (judged.outcome.operations === 0 && first.outcome.operations > 0) return false
    best = judged
    return true
  }
  attempt(withoutFailures(first))
  // Goes on where something could be taken away: what could not be taken before it most likely still cannot. All is tried again before
  // it ends.
  let from = 0
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false
    const all = [...reductions(best.draft)]
    for (let nth = 0; nth < all.length && !isSmaller; nth += 1) {
      if (tries >= triesMax || !goesOn()) return { judged: best, tries }
      const at = (from + nth) % all.length
      const draft = all[at]
      if (draft === undefined || !attempt(draft)) continue
      isSmaller = true
      from = at
    }
  }
  return { judged: best, tries }
}

const shows = (outcome: RunOutcome, law: string): boolean => brokenIn(outcome).includes(law)

/** Steps that went wrong: they would fail the scenario without any law. */
const failures = ({ run }: RunOutcome): number => run?.steps.filter(({ verdict }) => verdict === 'fail').length ?? 0

/** Without the steps that could not be carried out: they show nothing. */
function withoutFailures({ draft, outcome }: JudgedDraft): Draft {
  const results = outcome.run?.steps ?? []
  const steps = stepsOf(draft.file).filter((_, at) => results[at]?.verdict !== 'fail')
  return { ...draft, file: { ...draft.file, ...(steps.length === 0 ? {} : { steps }) } }
}
