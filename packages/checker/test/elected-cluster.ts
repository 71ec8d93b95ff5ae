/**
 * A small raft cluster that writes its own history: elections by majority, deposed active nodes that write on, acknowledgements that
 * come late, restarts that come back with less, renumbering. It obeys every law, unless it is given a bug.
 */

import {
  epoch,
  micros,
  mixNumber,
  term,
  walIndex,
  type HistoryRecord,
  type Micros,
  type NodeId,
} from '@fourtwelve/protocol'
import { call, chainOver, founding, N0, N1, N2, reply, rest, run } from './hand-written.ts'

export type ElectionBug = 'none' | 'short-log-wins' | 'two-votes' | 'keeps-uncommitted' | 'commits-early' | 'acks-early'

export type Doing = 'write' | 'stream' | 'commit' | 'learn' | 'elect' | 'resign' | 'restart' | 'read' | 'renumber'

export interface Act {
  readonly doing: Doing
  readonly node: 0 | 1 | 2
  readonly other: 0 | 1 | 2
  /** How far back or on, where that is a matter of choice. */
  readonly many: number
}

interface Entry {
  readonly term: number
  readonly digest: number
}

interface Member {
  readonly id: NodeId
  log: Entry[]
  /** The term that it has promised to. */
  term: number
  leads: boolean
  committed: number
  applied: number
  /** What its readers may have seen. */
  shown: number
  /** On the active node: up to where each other has its log. */
  readonly matched: number[]
  /** Writes whose answers wait. */
  waiting: { readonly call: number; readonly index: number }[]
}

const FOUNDED = 3

export function historyOf(acts: readonly Act[], bug: ElectionBug = 'none'): readonly HistoryRecord[] {
  const records: HistoryRecord[] = [run(), ...founding(0, FOUNDED)]
  let now = 0
  let calls = 0
  let digests = 1000
  let epochNow = 0
  let members = [N0, N1, N2].map((id) => joined(id))

  function joined(id: NodeId): Member {
    const log = founding(0, FOUNDED).flatMap((one) => (one.kind === 'entry' ? [{ term: 1, digest: one.digest }] : []))
    const all = { committed: FOUNDED, applied: FOUNDED, shown: FOUNDED, matched: [FOUNDED, FOUNDED, FOUNDED] }
    return { id, log, term: 1, leads: id === N0, ...all, waiting: [] }
  }
  const t = (): Micros => micros(++now * 1000)
  const chain = ({ log }: Member, index: number): number => chainOver(log.slice(0, index).map(({ digest }) => digest))
  const stands = (member: Member) => ({ index: walIndex(member.applied), chain: chain(member, member.applied) })

  const append = (member: Member): void => {
    const digest = mixNumber(7, ++digests)
    member.log.push({ term: member.term, digest })
    const index = walIndex(member.log.length)
    const wrote = { node: member.id, term: term(member.term), index, digest }
    records.push({ kind: 'entry', t: t(), ...wrote, request: 'r', key: 'k', keys: 1, deleted: false })
    applyTo(member, index)
  }
  const applyTo = (member: Member, index: number): void => {
    if (index <= member.applied) return
    const from = walIndex(member.applied)
    member.applied = index
    records.push({ kind: 'apply', t: t(), node: member.id, from, ...stands(member) })
  }
  const rollBack = (member: Member): void => {
    if (!member.leads) return
    member.leads = false
    member.waiting = []
    const keeps = bug === 'keeps-uncommitted'
    if (!keeps) member.applied = member.committed
    records.push({ kind: 'resign', t: t(), node: member.id, term: term(member.term), ...stands(member) })
  }
  const promise = (member: Member, newTerm: number): void => {
    if (newTerm <= member.term) return
    rollBack(member)
    member.term = newTerm
  }

  const does: Readonly<Record<Doing, (one: Member, other: Member, many: number) => void>> = {
    write(one) {
      if (!one.leads) return
      const id = ++calls
      records.push({ ...call(id, 0, one.id, { method: 'POST' }), t: t() })
      append(one)
      if (bug === 'acks-early') acknowledge(one, id, one.log.length)
      else one.waiting.push({ call: id, index: one.log.length })
    },
    stream(one, other) {
      if (!one.leads || one === other || other.term > one.term) return
      promise(other, one.term)
      other.log = one.log.slice()
      one.matched[members.indexOf(other)] = one.log.length
    },
    commit(one) {
      if (!one.leads) return
      one.matched[members.indexOf(one)] = one.log.length
      const index = one.matched.toSorted((a, b) => b - a)[bug === 'commits-early' ? 0 : 1] ?? 0
      if (index <= one.committed || one.log[index - 1]?.term !== one.term) return
      one.committed = index
      one.shown = index
      records.push({ kind: 'commit', t: t(), node: one.id, index: walIndex(index) })
      const ready = one.waiting.filter((wait) => wait.index <= index)
      one.waiting = one.waiting.filter((wait) => wait.index > index)
      for (const wait of ready) acknowledge(one, wait.call, wait.index)
    },
    learn(one, other, many) {
      if (!one.leads || one === other || other.term !== one.term) return
      const matched = one.matched[members.indexOf(other)] ?? 0
      other.committed = Math.max(other.committed, Math.min(one.committed, matched))
      applyTo(other, Math.min(other.committed, other.applied + many))
      other.shown = Math.max(other.shown, other.applied)
    },
    elect(one, other) {
      if (one === other || one.leads) return
      const hasAll =
        lastTerm(one) > lastTerm(other) || (lastTerm(one) === lastTerm(other) && one.log.length >= other.log.length)
      const newTerm = bug === 'two-votes' ? one.term + 1 : Math.max(one.term, other.term) + 1
      if (!hasAll && bug !== 'short-log-wins') return
      promise(other, newTerm)
      one.term = newTerm
      one.leads = true
      one.matched.fill(0)
      applyTo(one, one.log.length)
      records.push({ kind: 'lead', t: t(), node: one.id, term: term(newTerm), index: walIndex(one.applied) })
      append(one)
    },
    resign: (one) => rollBack(one),
    restart(one, _, many) {
      one.leads = false
      one.waiting = []
      one.applied = Math.max(FOUNDED, one.committed - many)
      records.push({ kind: 'recover', t: t(), node: one.id, term: term(one.term), ...stands(one) })
    },
    read(one) {
      // A node that came back answers nobody until it is where it was; an active one waits for the commit of all it has.
      if (one.leads ? one.committed < one.log.length : one.applied < one.shown) return
      const id = ++calls
      records.push({ ...call(id, 0, one.id), t: t() })
      records.push({ ...reply(id, 0, 200, one.id, one.applied, { epoch: epoch(epochNow) }), t: t() })
    },
    renumber(_one, _other, many) {
      epochNow++
      records.push({ kind: 'renumber', t: t(), why: many % 2 === 0 ? 'restore' : 'promote', epoch: epoch(epochNow) })
      records.push(...founding(0, FOUNDED).map((record) => ({ ...record, t: t() })))
      members = [N0, N1, N2].map((id) => joined(id))
    },
  }

  function acknowledge(one: Member, id: number, wrote: number): void {
    records.push({
      ...reply(id, 0, 200, one.id, one.applied, { wrote: walIndex(wrote), epoch: epoch(epochNow) }),
      t: t(),
    })
  }
  const lastTerm = ({ log }: Member): number => log.at(-1)?.term ?? 0

  for (const { doing, node, other, many } of acts) {
    const [one, two] = [members[node], members[other]]
    if (one !== undefined && two !== undefined) does[doing](one, two, many)
  }
  if (bug === 'none') settle()
  return records

  /** The faults end: one leads, all follow, and the history says how it ended. */
  function settle(): void {
    const [first, second, third] = members.toSorted((a, b) => lastTerm(b) - lastTerm(a) || b.log.length - a.log.length)
    if (first === undefined || second === undefined || third === undefined) return
    promise(first, Math.max(...members.map((one) => one.term)))
    rollBack(first)
    first.term = Math.max(first.term, second.term, third.term)
    does.elect(first, second, 0)
    for (const other of [second, third]) does.stream(first, other, 0)
    does.commit(first, first, 0)
    for (const other of [second, third]) does.learn(first, other, Number.MAX_SAFE_INTEGER)
    for (const one of members) {
      const { index, chain: of } = stands(one)
      const role = one.leads ? 'active' : 'performance-standby'
      records.push({ ...rest(0, one.id, index, { chain: of, role, term: term(one.term) }), t: t() })
    }
  }
}
