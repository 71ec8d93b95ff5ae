/**
 * Our own judgement of registers, which needs the log: it has the one order in which a secret's versions were made, so that no
 * search is needed. Reads the history itself, not what was exported of it, and shares no code with that.
 *
 * With the versions in order, a register is linearizable exactly if
 * - no version is written twice;
 * - no read returns before the write of its version was called;
 * - no operation goes back: whatever returned before it was called has no higher version, and no equal one if it writes.
 * Always holds: only for runs in which no secret is removed and no log numbered anew.
 */

import type { CallRecord, EntryRecord, HistoryRecord } from '@fourtwelve/protocol'

export type Judgement = 'Ok' | 'Illegal'

interface Operation {
  readonly writes: boolean
  readonly version: number
  readonly call: number
  readonly return: number
}

/** What each secret comes to, by the path of its data. */
export function judgeByLog(records: readonly HistoryRecord[]): ReadonlyMap<string, Judgement> {
  const log = committedLog(records)
  const calls = new Map<number, { readonly call: CallRecord; readonly at: number }>()
  const began = new Map<number, number>()
  const operations = new Map<string, Operation[]>()
  const called = new Map<string, number>()
  const acknowledged = new Map<string, number>()
  const add = (path: string, operation: Operation): void => {
    operations.set(path, [...(operations.get(path) ?? []), operation])
  }
  for (const [at, record] of records.entries()) {
    if (record.kind === 'call') {
      calls.set(record.id, { call: record, at })
      if (!began.has(record.op)) began.set(record.op, at)
    }
    if (record.kind !== 'reply') continue
    const { call, at: callAt } = calls.get(record.id) ?? {}
    if (call === undefined || callAt === undefined || record.version === undefined) continue
    const { version } = record
    if (call.method === 'GET')
      add(call.path, { writes: false, version, call: began.get(call.op) ?? callAt, return: at })
    else acknowledged.set(`${call.path} ${call.id}`, at).set(`${call.path} ${call.id} version`, version)
  }
  for (const { request, facts = [] } of log) {
    for (const fact of facts) {
      if (fact.what !== 'secret') continue
      const path = fact.key.replace(/^.*\/metadata\//, 'secret/data/')
      const call = calls.get(Number(request))?.at ?? -1
      const version = acknowledged.get(`${path} ${request} version`) ?? fact.version
      called.set(`${path} ${fact.version}`, call)
      // The data that was given is there before the run.
      if (call >= 0) {
        add(path, { writes: true, version, call, return: acknowledged.get(`${path} ${request}`) ?? Infinity })
      }
    }
  }
  return new Map([...operations].map(([path, all]) => [path, judge(path, all, called)]))
}

function judge(path: string, operations: readonly Operation[], called: ReadonlyMap<string, number>): Judgement {
  const isWrong = ({ writes, version, call, return: ended }: Operation): boolean => {
    const writeCalled = version === 0 ? -1 : called.get(`${path} ${version}`)
    if (!writes && (writeCalled === undefined || writeCalled > ended)) return true
    return operations.some(
      (other) => other.return < call && (writes ? other.version >= version : other.version > version),
    )
  }
  const written = operations.filter(({ writes }) => writes).map(({ version }) => version)
  return new Set(written).size < written.length || operations.some(isWrong) ? 'Illegal' : 'Ok'
}

/** The log as it is when the run has ended. */
function committedLog(records: readonly HistoryRecord[]): readonly EntryRecord[] {
  const log: EntryRecord[] = []
  let [term, committed] = [0, 0]
  for (const record of records) {
    if (record.kind === 'renumber') throw new Error('this judge follows no log that is numbered anew')
    if (record.kind === 'commit') committed = Math.max(committed, record.index)
    // The next entry of the new term overwrites what is behind the lead.
    if (record.kind === 'lead') {
      if (record.index > log.length)
        throw new Error('this judge follows no leader with a log that was overwritten before')
      term = Math.max(term, record.term)
    }
    if (record.kind !== 'entry' || record.term < term) continue
    term = record.term
    log.length = record.index - 1
    log.push(record)
  }
  return log.slice(0, committed)
}
