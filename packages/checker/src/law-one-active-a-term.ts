/**
 * The second half of law 17 of simulation-and-checking 6.1: at most one active node a term.
 * Judged are leads, entries and commits: a term is led by one node, that node alone writes and announces commits in it, until it
 * resigns or comes back from its disk, and a node never leads a term again that is not above its last.
 * Leads of different nodes may come in another order than their terms: a node that was paused hears its votes late. It is harmless,
 * because nobody acknowledges what it writes, which other laws see to.
 * Always holds: the node that writes the first entry of a log leads its term without a `lead` record, as clusters are founded.
 */

import type { Law, Witness } from './law.ts'
import type { Leadership } from './leaderships.ts'
import type { LogDefect } from './log-defect.ts'
import { logLaw } from './log-law.ts'
import { at, proof } from './telling.ts'

export const ONE_ACTIVE_A_TERM: Law = logLaw(
  'one-active-a-term',
  'At most one node leads a term, and only that node writes and commits in it; the terms that a node leads rise.',
  ['entry', 'commit', 'lead'],
  (_log, tally) => (record, defects) => {
    if (record.kind !== 'entry' && record.kind !== 'commit' && record.kind !== 'lead') return
    if (defects.length === 0) return tally.count('lawful')
    const broken = defects.flatMap((defect) => tell(defect) ?? [])
    for (const witness of broken) tally.count(() => witness)
    if (broken.length === 0) tally.count('lawful')
  },
)

function tell(defect: LogDefect): Witness | null {
  const { record } = defect
  const { node, t } = record
  switch (defect.kind) {
    case 'two-leaders': {
      const { first } = defect
      return {
        t,
        prose: `${began(first)} At ${at(t)} node ${node} began to lead term ${first.term} too: two nodes would acknowledge writes in one term.`,
        records: proof([first.record, record]),
      }
    }
    case 'term-fell': {
      const { before } = defect
      return {
        t,
        prose: `${began(before)} At ${at(t)} it began to lead term ${defect.record.term}, which is not above ${before.term}: indexes of a term could repeat.`,
        records: proof([before.record, record]),
      }
    }
    case 'no-lead':
      return { t, prose: `${did(defect.record)}, but it never began to lead.`, records: proof([record]) }
    case 'other-leader': {
      const { leader } = defect
      return {
        t,
        prose: `${began(leader)} ${did(defect.record)}, but term ${leader.term} is ${leader.node}'s.`,
        records: proof([leader.record, record]),
      }
    }
    case 'over': {
      const { leadership } = defect
      return {
        t,
        prose: `${began(leadership)} ${ended(leadership)} ${did(defect.record)}, but only the active node does that.`,
        records: proof([leadership.record, ...endOf(leadership), record]),
      }
    }
    case 'not-next':
    case 'written-again':
    case 'beyond-head':
    case 'unapplied':
    case 'two-logs':
    case 'incomplete':
      return null
  }
}

type Did = Extract<LogDefect, { kind: 'no-lead' }>['record']

const began = ({ node, term, since }: Leadership): string => `Node ${node} began to lead term ${term} at ${at(since)}.`

const did = (record: Did): string =>
  record.kind === 'entry'
    ? `At ${at(record.t)} node ${record.node} wrote entry ${record.index} of term ${record.term}`
    : `At ${at(record.t)} node ${record.node} announced the commit of ${record.index}`

function ended({ ended: end }: Leadership): string {
  if (end === null) return ''
  if (end === 'came back') return 'It came back from its disk since, and led no more.'
  return end === 'led again' ? 'It led another term since.' : `It resigned at ${at(end.t)}.`
}

const endOf = ({ ended: end }: Leadership): readonly Exclude<Leadership['ended'], null | string>[] =>
  end === null || typeof end === 'string' ? [] : [end]
