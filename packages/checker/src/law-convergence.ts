/**
 * Law 18 of simulation-and-checking 6.1: when every fault has ended, the cluster comes to rest.
 * Judged are the `rest` records of the cool-down's end, once there is one of every node: all run, exactly one is active, and every
 * operation of a client has ended, so that no loop of 412s goes on and no request hangs. Every node has received and applied what was
 * written by the time when it became quiet, which is when the last request left or the last fault began or ended, and what was
 * acknowledged since; and nodes that have applied the same index have the same log, entry by entry: the chain tells.
 * Always holds: what a later leadership lacks was lost, and nobody has to have it; nor what the cluster writes on its own account while
 * it is quiet (a token expires, a leadership begins), since that may be on its way for as long as a write of a client may. A node on
 * another log than the committed one is `wal-prefix`'s. While a node's record is missing nothing is judged; a second round is judged
 * by itself.
 */

import type {
  CallRecord,
  FaultRecord,
  HistoryRecord,
  NodeId,
  RenumberRecord,
  ReplyRecord,
  RestRecord,
  RunRecord,
} from '@fourtwelve/protocol'
import type { Law, LawState, LawVerdict } from './law.ts'
import { Tally } from './tally.ts'
import { at, hexChain, proof } from './telling.ts'

const NAME = 'convergence'

export const CONVERGENCE: Law = {
  name: NAME,
  statement:
    'After the faults every node runs, exactly one is active, all have applied the same log, and every operation has ended.',
  start: () => new Convergence(),
}

/** What every node must have: all up to an index. */
interface Owed {
  index: number
  /** What says so: the last that was not quiet, or the beginning of the log. */
  since: LoudRecord
}
/** What a client or a fault does, and what founds a log. */
type LoudRecord = RunRecord | RenumberRecord | CallRecord | ReplyRecord | FaultRecord

class Convergence implements LawState {
  readonly #tally = new Tally(NAME)
  readonly #rests = new Map<NodeId, RestRecord>()
  #nodes: readonly NodeId[] = []
  /** The end of the newest leadership's log. */
  #head = 0
  #term = 0
  /** The entries that a log begins with are there before anybody asks for anything. */
  #isFounding = true
  #owed: Owed | null = null

  observe(record: HistoryRecord): void {
    switch (record.kind) {
      case 'call':
      case 'fault':
        this.#owed = { index: this.#head, since: record }
        return
      case 'reply':
        if (record.wrote !== undefined && this.#owed !== null && record.wrote > this.#owed.index && record.status < 300)
          this.#owed = { index: record.wrote, since: record }
        return
      case 'entry':
        return this.#entry(record.term, record.index)
      case 'lead':
        return this.#lead(record.term, record.index)
      case 'commit':
        this.#isFounding = false
        return
      case 'run':
        this.#nodes = record.nodes
        this.#owed = { index: 0, since: record }
        return
      case 'renumber':
        this.#head = 0
        this.#isFounding = true
        this.#owed = { index: 0, since: record }
        return
      case 'rest':
        return this.#rest(record)
      case 'apply':
      case 'resign':
      case 'recover':
        return
    }
  }

  #entry(term: number, index: number): void {
    // What a deposed node writes on is lost.
    if (term < this.#term) return
    this.#term = term
    this.#head = index
    if (this.#isFounding && this.#owed !== null) this.#owed.index = index
  }

  #lead(term: number, index: number): void {
    if (term < this.#term) return
    this.#term = term
    this.#head = index
    if (this.#owed !== null && this.#owed.index > index) this.#owed.index = index
  }

  verdict(): LawVerdict {
    return this.#tally.verdict()
  }

  #rest(record: RestRecord): void {
    this.#rests.set(record.node, record)
    const rests = this.#nodes.flatMap((node) => this.#rests.get(node) ?? [])
    if (rests.length === 0 || rests.length < this.#nodes.length) return
    this.#rests.clear()
    const unrest = unrestOf(rests, this.#owed, this.#head)
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
}

interface Unrest {
  readonly why: string
  /** Those that show it. */
  readonly records: readonly HistoryRecord[]
}

/** The first thing that is not at rest; null when all is. */
function unrestOf(rests: readonly RestRecord[], owed: Owed | null, head: number): Unrest | null {
  const down = rests.filter(({ running }) => !running)
  if (down.length > 0) return { why: `${names(down)} did not run`, records: down }
  const active = rests.filter(({ role }) => role === 'active')
  if (active.length === 0) return { why: 'no node was active', records: rests }
  if (active.length > 1) return { why: `${names(active)} were active`, records: active }
  for (const leader of active) {
    const other = rests.find((one) => one !== leader && differs(one, leader, head))
    if (other !== undefined) return { why: `${state(leader)}, but ${state(other)}`, records: [leader, other] }
  }
  const behind = owed === null ? undefined : rests.find((one) => lacks(one, owed.index))
  if (owed !== null && behind !== undefined) {
    const why = `${state(behind)}, while everything up to ${owed.index} was written ${sinceWhen(owed.since)}`
    return { why, records: [owed.since, behind] }
  }
  const unended = rests.find((one) => one.unended > 0)
  if (unended === undefined) return null
  return {
    why: `${unended.unended} ${unended.unended === 1 ? 'operation' : 'operations'} of clients had not ended`,
    records: [unended],
  }
}

/**
 * Whether a standby has what its active node has not: beyond the end of its log, unreceived, or another log at the same place. Live
 * nodes tell of themselves one after the other, so the active node may have written more than it told.
 */
const differs = ({ received, applied, chain }: RestRecord, leader: RestRecord, head: number): boolean =>
  received > Math.max(leader.applied, head) ||
  applied > received ||
  (applied === leader.applied && chain !== leader.chain)

function sinceWhen(record: LoudRecord): string {
  if (record.kind === 'run' || record.kind === 'renumber') return `when the log began at ${at(record.t)}`
  return record.kind === 'reply' ? `and acknowledged at ${at(record.t)}` : `when it became quiet at ${at(record.t)}`
}

const lacks = ({ received, applied }: RestRecord, index: number): boolean => received < index || applied < index

const names = (rests: readonly RestRecord[]): string => rests.map(({ node }) => node).join(' and ')

const state = ({ node, received, applied, chain }: RestRecord): string =>
  `${node} had received ${received} and applied ${applied} (chain ${hexChain(chain)})`
