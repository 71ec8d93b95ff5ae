/** The witnesses of the law `wal-prefix`. Always holds: each ends in the contradiction. */

import type { ApplyRecord, CommitRecord, EntryRecord, NodeId, RecoverRecord, ResignRecord } from '@fourtwelve/protocol'
import type { ClusterLog } from './cluster-log.ts'
import type { Witness } from './law.ts'
import type { LogDefect } from './log-defect.ts'
import { at, hexChain, proof } from './telling.ts'

/** A node says how far it is, and with what log. */
export type Standing = ApplyRecord | ResignRecord | RecoverRecord

/** Entries that a witness shows, so that calls and applies have room beside them. */
export const ENTRIES_SHOWN = 4

/** `entry 7`, or `entries 5 to 7`: those behind `from`. */
const range = (from: number, to: number): string => (to - from <= 1 ? `entry ${to}` : `entries ${from + 1} to ${to}`)

/** How an apply begins elsewhere than where the last one ended. */
export const wordsOfFrom = (node: NodeId, applied: number, from: number): string =>
  from > applied
    ? `${node} had applied ${applied}, so ${range(applied, from)} never became visible there: a gap`
    : `${node} had applied ${applied}, so ${range(from, applied)} became visible there twice`

/** How a chain differs from the log's; null when that is not known either. */
export function wordsOfChain(record: Standing, expected: number | null): string {
  const { index, chain, node } = record
  const has = `${node} has ${hexChain(chain)}`
  const log =
    expected === null
      ? `no log has chain ${hexChain(chain)}`
      : `the log has chain ${hexChain(expected)} at ${index}, and ${has}`
  if (record.kind !== 'apply') return `${log}: its entries up to ${index} are not those of the log, or not in its order`
  const { from } = record
  return `${log}: ${range(from, index)} on ${node} ${index - from <= 1 ? 'is not the one' : 'are not those'} of the log, or not in its order`
}

function did(record: Standing): string {
  switch (record.kind) {
    case 'apply':
      return `applied the log from ${record.from} to ${record.index}`
    case 'resign':
      return `resigned, back at ${record.index}`
    case 'recover':
      return `came back from its disk with ${record.index}`
  }
}

/** A node that is not on the log. */
export function tellStanding(
  record: Standing,
  last: Standing | null,
  entries: readonly EntryRecord[],
  contradiction: string,
): () => Witness {
  const { node, t } = record
  const before =
    last === null ? `Node ${node} had applied nothing.` : `Node ${node} had applied ${last.index} at ${at(last.t)}.`
  return () => ({
    t,
    prose: `${before} At ${at(t)} it ${did(record)}, but ${contradiction}. So its state is no prefix of the log.`,
    records: proof([...(last === null ? [] : [last]), ...entries, record]),
  })
}

/** A node that shows what no majority has yet. */
export function tellEarly(early: Standing, commit: CommitRecord): Witness {
  const { node, index } = early
  const shown = range(early.kind === 'apply' ? early.from : 0, index)
  return {
    t: commit.t,
    prose:
      `At ${at(early.t)} node ${node} made ${shown} visible, and only at ${at(commit.t)} did ` +
      `${commit.node} announce the commit of ${commit.index}. ${node} was not the active node, so what it showed until then ` +
      `could still be lost: it may apply nothing beyond what is committed.`,
    records: proof([early, commit]),
  }
}

/** What is no log; null when another law tells that. */
export function tellDefect(defect: LogDefect, log: ClusterLog): Witness | null {
  const { record } = defect
  const no = (did: string, why: string, before: readonly EntryRecord[]): Witness => ({
    t: record.t,
    prose: `At ${at(record.t)} node ${record.node} ${did}, but ${why}: this is no log, and no node can hold a prefix of it.`,
    records: proof([...before, record]),
  })
  switch (defect.kind) {
    case 'not-next': {
      const { head, record: entry } = defect
      const why = `after ${head} comes ${head + 1}, not ${entry.index}`
      return no(`wrote entry ${entry.index} of term ${entry.term}`, why, log.recent.between(head, head))
    }
    case 'written-again': {
      const { committed, record: entry } = defect
      const why = `${committed} was committed, so ${entry.index} can never be written again`
      return no(`wrote entry ${entry.index} of term ${entry.term}`, why, log.recent.between(entry.index, entry.index))
    }
    case 'beyond-head':
      return no(
        `announced the commit of ${defect.record.index}`,
        `the log ends at ${defect.head}, so ${defect.record.index} cannot be committed`,
        [],
      )
    case 'unapplied': {
      const { record: lead, applied } = defect
      return {
        t: lead.t,
        prose:
          `At ${at(lead.t)} node ${lead.node} began to lead term ${lead.term} behind entry ${lead.index}, but it had applied ${applied}: ` +
          `an active node works on its whole log, so its answers would be those of another one.`,
        records: [lead],
      }
    }
    case 'two-leaders':
    case 'term-fell':
    case 'no-lead':
    case 'other-leader':
    case 'over':
    case 'two-logs':
    case 'incomplete':
      return null
  }
}
