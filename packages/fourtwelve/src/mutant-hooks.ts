/**
 * Node's loader hooks for one mutant: runs in the thread that Node keeps for them.
 * Always holds: one file is changed while it is loaded, every other passes as it is; nothing is written to disk.
 */

import type { InitializeHook, LoadHook } from 'node:module'
import { mutatedText } from './mutant-text.ts'
import { mutantNamed } from './mutants/all-mutants.ts'

export interface MutantOrder {
  readonly name: string
  /** The address of the file that is mutated. */
  readonly target: string
  /** The address of `all-mutants.js`. */
  readonly table: string
}

let order: MutantOrder | null = null

export const initialize: InitializeHook<MutantOrder> = (data) => {
  order = data
}

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context)
  if (order === null || url !== order.target) return loaded
  const mutant = mutantNamed(order.name)
  if (mutant === undefined) throw new Error(`there is no mutant ${order.name}`)
  const { source } = loaded
  if (source === undefined || source === null) throw new Error(`${url} was loaded without its source`)
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  return { ...loaded, source: mutatedText(text, mutant, order.table), shortCircuit: true }
}
