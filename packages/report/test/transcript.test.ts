import {
  DEFAULT_SERVER_CONFIG,
  encodeIndexState,
  epoch,
  HISTORY_VERSION,
  micros,
  term,
  walIndex,
  type ClusterId,
  type CryptoPort,
  type HistoryRecord,
  type NodeId,
} from '@fourtwelve/protocol'
import { startTranscript, TRANSCRIPT_LINES_MAX } from '@fourtwelve/report'
import { describe, expect, it } from 'vitest'
import { shortKey } from '../dist/short-key.js'

const [n0, n1] = ['n0' as NodeId, 'n1' as NodeId]
const index = encodeIndexState(
  { mac: () => new Uint8Array(32) } as unknown as CryptoPort,
  'c',
  walIndex(3),
  walIndex(0),
)

const RUN: HistoryRecord = {
  kind: 'run',
  t: micros(0),
  version: HISTORY_VERSION,
  scenario: 'hand-made',
  seed: 7,
  runtime: 'simulation',
  cluster: 'c' as ClusterId,
  nodes: [n0, n1],
  switches: DEFAULT_SERVER_CONFIG.switches,
}
const entry = (t: number, at: number, key: string, fields: object = {}): HistoryRecord => ({
  kind: 'entry',
  t: micros(t),
  node: n0,
  term: term(1),
  index: walIndex(at),
  request: '0',
  key,
  keys: 1,
  deleted: false,
  digest: 1,
  ...fields,
})
const apply = (t: number, node: NodeId, from: number, through: number): HistoryRecord => ({
  kind: 'apply',
  t: micros(t),
  node,
  from: walIndex(from),
  index: walIndex(through),
  chain: 1,
})
const commit = (t: number, at: number): HistoryRecord => ({
  kind: 'commit',
  t: micros(t),
  node: n0,
  index: walIndex(at),
})
const call = (t: number, id: number, fields: object = {}): HistoryRecord => ({
  kind: 'call',
  t: micros(t),
  id,
  op: id,
  attempt: 1,
  session: 's1',
  node: n1,
  method: 'GET',
  path: 'secret/data/app',
  token: { type: 'service', index: 3, epoch: 0, id: 'a' },
  index: [],
  forward: '',
  ...fields,
})
const answer = (t: number, id: number, fields: object = {}): HistoryRecord => ({
  kind: 'reply',
  t: micros(t),
  id,
  status: 200,
  errors: [],
  index: null,
  token: null,
  node: n1,
  by: n1,
  applied: walIndex(2),
  appliedHere: walIndex(2),
  required: walIndex(0),
  epoch: epoch(0),
  forwarded: null,
  wrote: walIndex(0),
  waitTimedOut: false,
  ...fields,
})

const FOUNDING: readonly HistoryRecord[] = [
  RUN,
  entry(0, 1, 'core/mounts/sys'),
  entry(0, 2, 'sys/policy/default'),
  commit(0, 2),
  apply(0, n0, 0, 2),
  apply(0, n1, 0, 2),
]

function transcriptOf(records: readonly HistoryRecord[], linesMax?: number): string[] {
  const lines: string[] = []
  const transcript = startTranscript((line) => lines.push(line), linesMax)
  for (const record of records) transcript.observe(record)
  transcript.end('00ff')
  return lines
}

describe('a transcript', () => {
  it('has a line for each thing that happened, each node in a column of its own', () => {
    const records = [
      ...FOUNDING,
      call(0, 1, { node: n0, method: 'POST', path: 'auth/token/create', token: { type: 'short' } }),
      entry(100, 3, 'sys/token/id/h16b5e290a1b2c3d4', { request: '1' }),
      apply(100, n0, 2, 3),
      commit(700, 3),
      answer(700, 1, {
        node: n0,
        by: n0,
        wrote: walIndex(3),
        index,
        token: { type: 'service', index: 3, epoch: 0, id: 'a' },
      }),
      call(700, 2),
      answer(750, 2, { status: 412, errors: ['required index state not present'] }),
      { kind: 'fault', t: micros(800), fault: 'hold', target: 'n0->n1', note: '' } as const,
      call(1_000_750, 3, { op: 2, attempt: 2, index: [index, 'nonsense'], forward: 'inconsistent' }),
      answer(1_002_000, 3, { by: n0, applied: walIndex(3), forwarded: 'inconsistent-header' }),
      call(1_003_000, 4, { token: { type: 'batch' } }),
      answer(1_003_000, 4, { forwarded: 'rpc', waitTimedOut: true }),
      entry(1_004_000, 4, 'sys/token/id/h16b5e290a1b2c3d4', { deleted: true }),
      entry(1_005_000, 5, 'sys/token/id/h16b5e290a1b2c3d4', { keys: 3, request: '5' }),
      apply(90_061_000_000, n1, 2, 4),
    ]
    expect(transcriptOf(records)).toEqual([
      'fourtwelve transcript 1',
      'scenario  hand-made',
      'seed      7',
      'cluster   n0 n1, enterprise with raft storage, simulation',
      '',
      '   +0.000000s  n0 n1  begin   #1..#2 applied',
      '   +0.000000s  n0     ->      call 1  s1  POST auth/token/create  short token',
      '   +0.000100s  n0     entry   #3  sys/token/id/h16b5e29…  call 1',
      '   +0.000100s  n0     apply   #3',
      '   +0.000700s  n0     commit  #3',
      '   +0.000700s  n0     <-      call 1  200  at #2  wrote #3  index #3  new token #3',
      '   +0.000700s     n1  ->      call 2  s1  GET secret/data/app  token #3',
      '   +0.000750s     n1  <-      call 2  412  at #2  required index state not present',
      '   +0.000800s         fault   hold n0->n1',
      '   +1.000750s     n1  ->      call 3  s1  GET secret/data/app  token #3  index #3  index (unreadable)  X-Vault-Inconsistent  attempt 2',
      '   +1.002000s     n1  <-      call 3  200  at #3  by n0 (inconsistent-header)',
      '   +1.003000s     n1  ->      call 4  s1  GET secret/data/app  batch token',
      '   +1.003000s     n1  <-      call 4  200  at #2  (rpc)  waited in vain',
      '   +1.004000s  n0     delete  #4  sys/token/id/h16b5e29…',
      '   +1.005000s  n0     entry   #5  sys/token/id/h16b5e29… +2  call 5',
      '+90061.000000s     n1  apply   #3..#4',
      '',
      'fingerprint  00ff',
    ])
  })

  it('tells who leads, who is back and when the log begins anew, and nothing of how nodes rest', () => {
    const rest = {
      running: true,
      role: 'standby',
      received: walIndex(2),
      applied: walIndex(2),
      chain: 1,
      unended: 0,
    } as const
    const records: readonly HistoryRecord[] = [
      ...FOUNDING,
      { kind: 'fault', t: micros(100), fault: 'kill', target: n0, note: 'unflushed' },
      { kind: 'lead', t: micros(200), node: n1, term: term(2), index: walIndex(2) },
      { kind: 'resign', t: micros(300), node: n1, term: term(2), index: walIndex(4), chain: 1 },
      { kind: 'recover', t: micros(400), node: n0, term: term(1), index: walIndex(2), chain: 1 },
      { kind: 'fault', t: micros(500), fault: 'promote', target: '', note: '' },
      { kind: 'renumber', t: micros(500), why: 'promote', epoch: epoch(1) },
      { kind: 'rest', t: micros(600), node: n0, term: term(2), ...rest },
    ]
    expect(transcriptOf(records).slice(6)).toEqual([
      '   +0.000100s         fault   kill n0  unflushed',
      '   +0.000200s     n1  lead    term 2  through #2',
      '   +0.000300s     n1  resign  term 2  through #4',
      '   +0.000400s  n0     back    term 1  through #2',
      '   +0.000500s         fault   promote',
      '   +0.000500s         anew    promote  epoch 1',
      '',
      'fingerprint  00ff',
    ])
  })

  it('tells in one line what every node has when the log is numbered anew', () => {
    const anew: HistoryRecord = { kind: 'renumber', t: micros(500), why: 'restore', epoch: epoch(1) }
    const founded = [entry(500, 1, 'a'), entry(500, 2, 'b'), commit(500, 2), apply(500, n0, 0, 2), apply(500, n1, 0, 2)]
    expect(transcriptOf([...FOUNDING, anew, ...founded, entry(600, 3, 'c')]).slice(6)).toEqual([
      '   +0.000500s         anew    restore  epoch 1',
      '   +0.000500s  n0 n1  begin   #1..#2 applied',
      '   +0.000600s  n0     entry   #3  c',
      '',
      'fingerprint  00ff',
    ])
  })

  it('shows an answer that never came at the node that was asked', () => {
    const lost = {
      kind: 'reply',
      t: micros(9),
      id: 1,
      status: 0,
      errors: ['n1 is overloaded'],
      index: null,
      token: null,
    } as const
    expect(transcriptOf([...FOUNDING, call(0, 1), lost]).at(-3)).toBe(
      '   +0.000009s     n1  <-      call 1  lost  n1 is overloaded',
    )
  })

  it('is cut after its most lines, says how many are missing, and ends with the fingerprint', () => {
    const many = Array.from({ length: 1000 }, (_, at) => commit(at, at))
    const lines = transcriptOf([...FOUNDING, call(0, 1), ...many])
    const happened = lines.filter((line) => /^ *\+/.test(line))
    expect(happened).toHaveLength(TRANSCRIPT_LINES_MAX)
    expect(lines.slice(-3)).toEqual([
      '... 602 more lines are left out; --trace prints them all',
      '',
      'fingerprint  00ff',
    ])
    expect(
      transcriptOf([...FOUNDING, call(0, 1), ...many], Number.POSITIVE_INFINITY).filter((line) => /^ *\+/.test(line)),
    ).toHaveLength(1002)
  })

  it('refuses a history without a beginning', () => {
    expect(() => transcriptOf([commit(0, 1)])).toThrow('begins with a run record')
  })
})

describe('a key in a transcript', () => {
  it('keeps of an id what tells it apart, and of a name everything', () => {
    expect(shortKey('sys/token/parent/h9b585f2a11223344/h16b5e29a11223344')).toBe(
      'sys/token/parent/h9b585f2…/h16b5e29…',
    )
    expect(shortKey('logical/346527b6-71fb-97a6-9c5a-46fa6715d6e4/app')).toBe('logical/346527b6…/app')
    expect(shortKey('sys/token/accessor/1mWXHt2iAbCdEfGhIjKlMnOp')).toBe('sys/token/accessor/1mWXHt2i…')
    expect(shortKey('secret/data/a-rather-long-name-of-an-application')).toBe(
      'secret/data/a-rather-long-name-of-an-application',
    )
  })
})
