/** Random plans: clusters, switches, loads and faults, of which every one must be lawful. */

import type { Distribution, LagModel } from '@fourtwelve/cluster'
import { micros, milliseconds, SWITCHES, type Switches } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { drawn, lagOf, type Act, type FaultAct, type NodeFaultAct, type Plan, type RequestAct } from './plan.ts'
import { REQUEST_KINDS } from './plan-requests.ts'

/** Milliseconds of a plan's acts. */
const SPAN = 400

const upTo = (ms: number): fc.Arbitrary<Distribution> =>
  fc.oneof(
    fc.nat(ms * 1_000).map((value): Distribution => ({ dist: 'constant', value: micros(value) })),
    fc.nat(ms * 1_000).map((max): Distribution => ({ dist: 'uniform', min: micros(0), max: micros(max) })),
  )

const lags: fc.Arbitrary<LagModel> = fc.oneof(
  fc.constant<LagModel>({ kind: 'raft' }),
  fc.constantFrom(0, 5, 50, 2_500).map(lagOf),
  upTo(300).map(drawn),
  upTo(100).map((from): LagModel => ({ kind: 'drawn', from, sample: 'entry', spikes: null })),
  upTo(20).map((from): LagModel => ({
    kind: 'drawn',
    from,
    sample: 'batch',
    spikes: { every: milliseconds(100), add: milliseconds(60), for: milliseconds(30), jitter: 0.5 },
  })),
)

/** Each switch at its default mostly, so that a plan differs from Vault in few of them. */
const switches: fc.Arbitrary<Partial<Switches>> = fc
  .record(
    Object.fromEntries(
      Object.entries(SWITCHES).map(([name, values]) => [name, fc.constantFrom(values[0], values[0], ...values)]),
    ),
  )
  .map((chosen) => chosen as Partial<Switches>)

const at = fc.nat(SPAN)

/** Half of what is asked is about tokens that are new, or about what was just written: there the gates are. */
const OFTEN: readonly RequestAct['what'][] = [
  'create',
  'create orphan',
  'log in',
  'look up self',
  'look up other',
  'read',
  'read',
  'read',
  'write',
  'write',
]
const whats = fc.oneof(fc.constantFrom(...REQUEST_KINDS), fc.constantFrom(...OFTEN))

const NONE = {}
const seldom = <T extends object>(often: number, some: fc.Arbitrary<T>): fc.Arbitrary<T | typeof NONE> =>
  fc.oneof({ weight: often, arbitrary: fc.constant(NONE) }, { weight: 1, arbitrary: some })

const requests: fc.Arbitrary<RequestAct> = fc
  .tuple(
    fc.record({ at, node: fc.nat(4), what: whats, token: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4 })) }),
    seldom(
      2,
      fc.record({
        index: fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.constant('bad' as const) }),
      }),
    ),
    fc.record({ session: fc.nat(3) }),
    seldom(6, fc.record({ by: fc.constantFrom('forward' as const, 'inconsistent' as const) })),
  )
  .map(([act, index, session, by]) => ({ ...act, ...index, ...session, ...by }))

const faults: fc.Arbitrary<FaultAct> = fc.record({
  at,
  link: fc.nat(3),
  fault: fc.oneof(
    fc.constantFrom('hold' as const, 'release' as const, 'cut' as const, 'heal' as const),
    fc.constantFrom(0, 10, 200).map((lag) => ({ lag })),
  ),
})

const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: requests }, { weight: 1, arbitrary: faults }),
  { maxLength: 60, size: 'max' },
)

export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.nat(1_000_000),
  standbys: fc.nat(4),
  switches,
  replication: fc.record({
    allow_forwarding_via_header: fc.boolean(),
    allow_forwarding_via_token: fc.constantFrom('' as const, 'new_token' as const),
    best_effort_wal_wait_duration: fc.constantFrom(0, 20, 2_000).map(milliseconds),
    logshipper_buffer_length: fc.constantFrom(4, 16_384),
  }),
  maxRequestDuration: fc.constantFrom(1, 90),
  lag: lags,
  client: upTo(5),
  delivery: upTo(5),
  forward: upTo(5),
  flush: upTo(3),
  cost: fc.constantFrom(0, 500),
  acts,
})

/** Milliseconds of the acts of a plan with faults of nodes: long enough for elections and for short leases to end. */
const LONG_SPAN = 6_000

const longer = <T extends { readonly at: number }>(acts: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(acts, fc.nat(LONG_SPAN)).map(([act, moved]) => ({ ...act, at: moved }))

const nodeFaults: fc.Arbitrary<NodeFaultAct> = fc.record({
  at: fc.nat(LONG_SPAN),
  victim: fc.nat(4),
  trouble: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('kill' as const, 'lose' as const, 'restart' as const) },
    { weight: 3, arbitrary: fc.constantFrom('pause' as const, 'resume' as const, 'step-down' as const) },
    { weight: 2, arbitrary: fc.constantFrom('promote' as const, 'backup' as const, 'restore' as const) },
  ),
})

/** Leaves the first fault that numbers the log anew, when it is of the kind that is wanted. */
function oneNewLog(acts: readonly Act[], wanted: 'promote' | 'restore'): readonly Act[] {
  const isNewLog = (act: Act): boolean => 'trouble' in act && (act.trouble === 'promote' || act.trouble === 'restore')
  const [first] = acts.filter((act) => 'trouble' in act && act.trouble === wanted).toSorted((a, b) => a.at - b.at)
  return acts.filter((act) => act === first || !isNewLog(act))
}

/** Plans in which nodes die, come back, lead and begin anew, and leases end. */
export const troubledPlans: fc.Arbitrary<Plan> = fc
  .tuple(
    plans,
    fc.array(
      fc.oneof(
        { weight: 14, arbitrary: longer(requests) },
        { weight: 1, arbitrary: longer(faults) },
        { weight: 1, arbitrary: nodeFaults },
      ),
      { maxLength: 120, size: 'max' },
    ),
    fc.constantFrom(300, 1_000),
    fc.nat(2),
    // A restored backup has the epoch of the backup and one: that of a promotion since, or of an earlier restore. So there is one of these.
    fc.boolean(),
  )
  .map(([plan, drawn, electionTimeout, epoch, isPromoted]) => ({
    ...plan,
    acts: oneNewLog(drawn, isPromoted ? 'promote' : 'restore'),
    // Elections need somebody to elect.
    standbys: Math.max(1, plan.standbys),
    electionTimeout,
    epoch,
  }))
