/**
 * The transcript of a run: one line for each thing that happened, for people and for golden files.
 *
 *   fourtwelve transcript 1
 *   scenario  fresh-token
 *   seed      42
 *   cluster   n0 n1 n2, enterprise with raft storage, simulation
 *
 *      +0.000000s  n0 n1 n2  begin   #1..#16 applied
 *      +0.000000s  n0        ->      call 1  client  POST auth/token/create  short token
 *      +0.000100s  n0        entry   #17  sys/token/accessor/1mWXHt2i…  call 1
 *      +0.000100s  n0        entry   #18  sys/token/id/h16b5e29…  call 1
 *      +0.000100s  n0        entry   #19  sys/expire/id/h16b5e29…  call 1
 *      +0.000100s  n0        apply   #17..#19
 *      +0.000700s  n0        commit  #19
 *      +0.000700s  n0        <-      call 1  200  at #16  wrote #19  index #19  new token #19
 *      +0.000700s     n1     ->      call 2  client  GET secret/data/app  token #19
 *      +0.000750s     n1     <-      call 2  412  at #16  required index state not present
 *      +0.020700s        n2  apply   #17..#19
 *      +0.400700s     n1     apply   #17..#19
 *      +0.500000s            fault   hold n0->n1
 *
 *   fingerprint  a0d3495acb908e42
 *
 * A line has the time since the start of the run, the node in a column of its own, a word, and details:
 *   begin    what every node had before the run, or before it went on with a new log
 *   ->       an attempt of a client: its number, the session, the request, the index in its token, `index` for each X-Vault-Index
 *   <-       its answer: status, `at` the index state of the node that handled it, `by` that node when it was forwarded, and why,
 *            the last entry that it wrote, X-Vault-Index, the index in the token that it made, errors
 *   entry    the active node appends to its log; `delete` when the entry deletes; `+2` when it holds two more keys
 *   commit   a majority has everything up to this index
 *   apply    these entries become visible to reads
 *   fault    something is done to the cluster
 *   lead     a node becomes active in a term; what it writes from now on comes behind this index
 *   resign   a node is active no more, and has dropped what no majority had beyond this index
 *   back     a node has come back from its disk, and sees everything up to this index
 *   anew     after a promotion or a restore the log is numbered anew; from here on tokens are of this epoch
 * `#17` is index 17 of the log. Ids in keys are shortened.
 *
 * How nodes are at the end of the cool-down has no line: the lines before say it.
 *
 * Always holds: the same run gives the same text; after `linesMax` lines of what happened the rest is counted, not shown; the
 * last line is the fingerprint, which covers what was cut too.
 */

import type { HistoryRecord, NodeId, RunRecord } from '@fourtwelve/protocol'
import { detailsOf, wordOf } from './transcript-details.ts'

/** Lines of what happened in a golden transcript: more of them nobody reads. */
export const TRANSCRIPT_LINES_MAX = 400
const TRANSCRIPT_VERSION = 1

export interface Transcript {
  /** Takes the next record of the history. */
  observe(record: HistoryRecord): void
  /** Writes the last lines. Null: a run that has no fingerprint. */
  end(fingerprint: string | null): void
}

/** Writes a transcript line by line (without line ends) while the run goes on. `linesMax` of Infinity cuts nothing. */
export function startTranscript(write: (line: string) => void, linesMax: number = TRANSCRIPT_LINES_MAX): Transcript {
  let columns: Columns | null = null
  let founding: Founding | null = null
  let nodes: readonly NodeId[] = []
  const nodesOfCalls = new Map<number, NodeId>()
  let lines = 0
  let skipped = 0

  const happened = (line: string): void => {
    if (lines < linesMax) {
      lines += 1
      write(line)
    } else skipped += 1
  }

  const begin = (record: RunRecord): void => {
    columns = columnsOf(record.nodes)
    nodes = record.nodes
    founding = foundingOf(nodes)
    for (const line of header(record)) write(line)
  }

  const observe = (record: HistoryRecord): void => {
    if (record.kind === 'run') return begin(record)
    if (record.kind === 'rest') return
    if (columns === null) throw new Error(`a history begins with a run record, and this one with ${record.kind}`)
    if (founding !== null && isFounding(record, founding)) {
      if (founding.waitsFor.size > 0) return
      happened(`${timeText(record.t)}  ${columns.all}  ${wordText('begin')}  #1..#${founding.through} applied`)
      founding = null
      return
    }
    founding = null
    const node = nodeOfRecord(record, nodesOfCalls)
    const column = (node === null ? undefined : columns.of.get(node)) ?? columns.none
    happened(`${timeText(record.t)}  ${column}  ${wordText(wordOf(record))}  ${detailsOf(record)}`.trimEnd())
    if (record.kind === 'renumber') founding = foundingOf(nodes)
  }

  return {
    observe,
    end(fingerprint) {
      if (skipped > 0) write(`... ${skipped} more lines are left out; --trace prints them all`)
      write('')
      write(`fingerprint  ${fingerprint ?? 'none: a run in real time'}`)
    },
  }
}

function header({ scenario, seed, nodes, switches, runtime }: RunRecord): string[] {
  return [
    `fourtwelve transcript ${TRANSCRIPT_VERSION}`,
    `scenario  ${scenario}`,
    `seed      ${seed}`,
    `cluster   ${nodes.join(' ')}, ${switches.edition} with ${switches.storage} storage, ${runtime}`,
    '',
  ]
}

/** How the nodes stand in a line: each at a place of its own. */
interface Columns {
  readonly of: ReadonlyMap<NodeId, string>
  readonly all: string
  readonly none: string
}

function columnsOf(nodes: readonly NodeId[]): Columns {
  const all = nodes.join(' ')
  const none = ' '.repeat(all.length)
  const of = new Map<NodeId, string>()
  let at = 0
  for (const node of nodes) {
    of.set(node, none.slice(0, at) + node + none.slice(at + node.length))
    at += node.length + 1
  }
  return { of, all, none }
}

/** The entries that every node has before the run, or before it goes on with a new log: told in one line when the last node has
 *  applied them. */
interface Founding {
  readonly waitsFor: Set<NodeId>
  through: number
}

const foundingOf = (nodes: readonly NodeId[]): Founding => ({ waitsFor: new Set(nodes), through: 0 })

function isFounding(record: HistoryRecord, founding: Founding): boolean {
  if (record.kind === 'entry' || record.kind === 'commit') return true
  if (record.kind !== 'apply' || record.from !== 0) return false
  founding.waitsFor.delete(record.node)
  founding.through = record.index
  return true
}

function nodeOfRecord(record: HistoryRecord, nodesOfCalls: Map<number, NodeId>): NodeId | null {
  switch (record.kind) {
    case 'call':
      nodesOfCalls.set(record.id, record.node)
      return record.node
    case 'reply': {
      const asked = nodesOfCalls.get(record.id) ?? null
      nodesOfCalls.delete(record.id)
      return record.node ?? asked
    }
    case 'entry':
    case 'commit':
    case 'apply':
    case 'lead':
    case 'resign':
    case 'recover':
    case 'rest':
      return record.node
    case 'run':
    case 'renumber':
    case 'fault':
      return null
  }
}

const TIME_WIDTH = 13
const WORD_WIDTH = 6
const MICROS_DIGITS = 6

const wordText = (word: string): string => word.padEnd(WORD_WIDTH)

/** Whole arithmetic: a division would round times of many years. */
function timeText(time: number): string {
  const rest = time % 10 ** MICROS_DIGITS
  const whole = (time - rest) / 10 ** MICROS_DIGITS
  return `+${whole}.${String(rest).padStart(MICROS_DIGITS, '0')}s`.padStart(TIME_WIDTH)
}
