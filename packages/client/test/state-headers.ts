/** X-Vault-Index values for tests, with a real MAC, and what a list of them requires of a node. */

import { createHmac } from 'node:crypto'
import { base64, decodeIndexState, isIndexDefect, utf8, type IndexState } from '@fourtwelve/protocol'
import * as fc from 'fast-check'

/** The key of the test vector in vault-consistency 1.4. */
const KEY = '0f8fad5b-d9cb-469f-a165-70867728950e'

export function headerOf(cluster: string, local: number | bigint, replicated: number | bigint): string {
  const signed = `v1:${cluster}:${local}:${replicated}`
  return base64(utf8(`${signed}:${createHmac('sha256', KEY).update(signed).digest('hex')}`))
}

export function stateOf(header: string): IndexState {
  const state = decodeIndexState(header)
  if (isIndexDefect(state)) throw new Error(`${header} is no state: ${state.defect}`)
  return state
}

/** The least indexes of a node that fulfils every value, by cluster. */
export type Requirement = ReadonlyMap<string, readonly [local: bigint, replicated: bigint]>

export function requirementOf(headers: readonly string[]): Requirement {
  const least = new Map<string, readonly [bigint, bigint]>()
  for (const { clusterId, localIndex, replicatedIndex } of headers.map(stateOf)) {
    const [local, replicated] = least.get(clusterId) ?? [0n, 0n]
    least.set(clusterId, [greater(local, BigInt(localIndex)), greater(replicated, BigInt(replicatedIndex))])
  }
  return least
}

/** Whether every node that fulfils `one` fulfils `other`. */
export function isAtLeast(one: Requirement, other: Requirement): boolean {
  return [...other].every(([cluster, [local, replicated]]) => {
    const has = one.get(cluster)
    return has !== undefined && has[0] >= local && has[1] >= replicated
  })
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Small numbers, so that ties and orders of every sort are common; and some that do not fit into a double. */
const anyIndex: fc.Arbitrary<bigint> = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 4n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: 2n ** 64n - 3n, max: 2n ** 64n - 1n }) },
)

export const anyHeader = (clusters: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...clusters), anyIndex, anyIndex)
    .map(([cluster, local, replicated]) => headerOf(cluster, local, replicated))

export const anyHeaders = (clusters: readonly string[]): fc.Arbitrary<string[]> =>
  fc.array(anyHeader(clusters), { minLength: 1, maxLength: 12 })
