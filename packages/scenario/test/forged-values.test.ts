import { readFileSync } from 'node:fs'
import { decodeIndexState, isIndexDefect, tokenKind, walIndex, type IndexState } from '@fourtwelve/protocol'
import { expect, test } from 'vitest'
import { play } from './play-scenario.ts'
import { goodScenario } from './read-good-file.ts'

const file = new URL('../../../scenarios/17-a-forged-index-and-a-tampered-token.yaml', import.meta.url)
const text = readFileSync(file, 'utf8')
const { values } = goodScenario(text)

const stateIn = (value: string | undefined): IndexState => {
  const state = decodeIndexState(value ?? '')
  if (isIndexDefect(state)) throw new Error(state.defect)
  return state
}

test('the scenario of forged values forges what its notes say', () => {
  const { run, runs, history } = play(text)
  expect(run.steps.flatMap(({ failures }) => failures)).toEqual([])
  const cluster = runs[0]?.cluster
  expect(stateIn(values['bad_mac'])).toMatchObject({ clusterId: cluster, localIndex: 1, replicatedIndex: 0 })
  expect(stateIn(values['foreign']).clusterId).not.toBe(cluster)
  expect(isIndexDefect(decodeIndexState(values['nonsense'] ?? ''))).toBe(true)

  const token = tokenKind(values['tampered'] ?? '')
  if (token.kind !== 'consistent') throw new Error(`the tampered token is ${token.kind}`)
  const head = history.findLast((record) => record.kind === 'entry')?.index ?? walIndex(0)
  expect(token.token.localIndex).toBeGreaterThan(head)
  expect(values['tampered']?.startsWith(values['truncated'] ?? '-')).toBe(true)
})
