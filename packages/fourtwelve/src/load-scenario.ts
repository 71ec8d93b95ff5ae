/** From a file and what the command line changes to a scenario, or to lines that say what is wrong. */

import { ALL_LAWS } from '@fourtwelve/checker'
import {
  formatProblem,
  MITIGATIONS,
  parseScenario,
  type ReadText,
  type Scenario,
  type Setting,
} from '@fourtwelve/scenario'
import { dirname, resolve } from 'node:path'

export interface LoadOptions {
  /** `--set`, in order. */
  readonly set: readonly Setting[]
  /** In place of the file's seed. */
  readonly seed: number | null
  readonly readText: ReadText
}

/** Every word that may stand for a client's behaviour or a law is known here, so that a misspelt one is found. */
export const KNOWN_WORDS: { readonly mitigations: readonly string[]; readonly laws: readonly string[] } = {
  mitigations: MITIGATIONS,
  laws: ALL_LAWS.map(({ name }) => name),
}

export function loadScenario(
  file: string,
  { set, seed, readText }: LoadOptions,
): { readonly scenario: Scenario } | { readonly problems: readonly string[] } {
  const read = readText(file)
  if ('error' in read) return { problems: [`${file}: cannot be read: ${read.error}`] }
  const beside: ReadText = (path) => readText(resolve(dirname(file), path))
  const parsed = parseScenario(read.text, { file, readText: beside, set, ...KNOWN_WORDS })
  if ('problems' in parsed) return { problems: parsed.problems.map(formatProblem) }
  const { scenario } = parsed
  return { scenario: seed === null ? scenario : { ...scenario, seed } }
}
