/**
 * Law 18 of simulation-and-checking 6.1: when every fault has ended, the cluster comes to rest.
 * Judged are the `rest` records of the cool-down's end, once there is one of every node: all run, exactly one is active, all have
 * received and applied the same log up to the same index (entry by entry: the chain tells), and every operation of a client has
 * ended, so that no loop of 412s goes on and no request hangs.
 * Always holds: while a node's record is missing nothing is judged; a second round is judged by itself.
 */

import type { HistoryRecord, NodeId, RestRecord } from '@fourtwelve/protocol'
import type { Law, LawState, LawVerdict } from './law.ts'
import { Tally } from './tally.ts'
import { at, hexChain, proof } from './telling.ts'

const NAME = 'convergence'

export const CONVERGENCE: Law = {
  name: NAME,
  statement:
    'After the faults every node runs, exactly one is active, all have applied the same whole log, and every operation has ended.',
  start: () => new Convergence(),
}

class Convergence implements LawState {
  readonly #tally = new Tally(NAME)
  readonly #rests = new Map<NodeId, RestRecord>()
  #nodes: readonly NodeId[] = []

  observe(record: HistoryRecord): void {
    if (record.kind === 'run') this.#nodes = record.nodes
    if (record.kind !== 'rest') return
    this.#rests.set(record.node, record)
    const rests = this.#nodes.flatMap((node) => this.#rests.get(node) ?? [])
    if (rests.length === 0 || rests.length < this.#nodes.length) return
    this.#rests.clear()
    const unrest = unrestOf(rests)
    this.#tally.count(
      unrest === null
        ? 'lawful'
        : () => ({
            t: record.t,
            prose: `At ${at(record.t)}, when every fault had ended, ${unrest.why}.`,
            records: proof(unrest.records),
          }),
    )
  }

  verdict(): LawVerdict {
    return this.#tally.verdict()
  }
}

interface Unrest {
  readonly why: string
  /** Those that show it. */
  readonly records: readonly RestRecord[]
}

/** The first thing that is not at rest; null when all is. */
function unrestOf(rests: readonly RestRecord[]): Unrest | null {
  const down = rests.filter(({ running }) => !running)
  if (down.length > 0) return { why: `${names(down)} did not run`, records: down }
  const active = rests.filter(({ role }) => role === 'active')
  if (active.length === 0) return { why: 'no node was active', records: rests }
  if (active.length > 1) return { why: `${names(active)} were active`, records: active }
  const [leader] = active
  const other = rests.find((one) => leader !== undefined && !isSame(one, leader))
  if (leader !== undefined && other !== undefined) {
    return { why: `${state(leader)}, but ${state(other)}`, records: [leader, other] }
  }
  const behind = rests.find(({ received, applied }) => received !== applied)
  if (behind !== undefined) return { why: state(behind), records: [behind] }
  const unended = rests.find((one) => one.unended > 0)
  if (unended === undefined) return null
  return {
    why: `${unended.unended} ${unended.unended === 1 ? 'operation' : 'operations'} of clients had not ended`,
    records: [unended],
  }
}

const isSame = (a: RestRecord, b: RestRecord): boolean =>
  a.received === b.received && a.applied === b.applied && a.chain === b.chain

const names = (rests: readonly RestRecord[]): string => rests.map(({ node }) => node).join(' and ')

const state = ({ node, received, applied, chain }: RestRecord): string =>
  `${node} had received ${received} and applied ${applied} (chain ${hexChain(chain)})`
