import {
  createApplyGate,
  RAFT_HEARTBEAT_MS,
  type ApplyGate,
  type Distribution,
  type LagModel,
} from '@fourtwelve/cluster'
import { micros, milliseconds, seconds, walIndex, type Micros } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_ENTRY_DRAWS } from '../dist/apply-gate.js'
import { MAX_PENDING_COMMITS, MERGE_RESOLUTION } from '../dist/pending-commits.js'
import { ReferenceGate } from './reference-gate.ts'
import { listedChance, seededChance } from './seeded-chance.ts'

const drawn = (from: Distribution, sample: 'batch' | 'entry' = 'batch'): LagModel => ({
  kind: 'drawn',
  from,
  sample,
  spikes: null,
})
const constant = (value: Micros): LagModel => drawn({ dist: 'constant', value })
const trace = (...values: readonly number[]): Distribution => ({
  dist: 'trace',
  values: values.map((v) => milliseconds(v)),
})
const ms = milliseconds
const at = walIndex

/** When each index becomes applicable, by following `next`. */
function schedule(gate: ApplyGate, from: Micros): Map<number, Micros> {
  const found = new Map<number, Micros>()
  let now = from
  let seen = gate.due(now)
  for (let next = gate.next(); next !== null; next = gate.next()) {
    now = micros(Math.max(now, next))
    const due = gate.due(now)
    for (let index = seen + 1; index <= due; index++) found.set(index, now)
    seen = due
  }
  return found
}

describe('a constant lag', () => {
  test('makes every commit due at its own time plus the lag, to the microsecond', () => {
    const learns = fc.array(fc.record({ gap: fc.nat(5000), entries: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(learns, fc.nat(20_000), fc.constantFrom('batch' as const, 'entry' as const), (list, lag, sample) => {
        const gate = createApplyGate(drawn({ dist: 'constant', value: micros(lag) }, sample), seededChance(1))
        const wanted = new Map<number, number>()
        let time = 0
        let index = 0
        for (const { gap, entries } of list) {
          time += gap
          for (let i = 1; i <= entries; i++) wanted.set(index + i, time + lag)
          index += entries
          gate.learn(at(index), micros(time), micros(time))
        }
        expect(gate.due(micros(lag - 1))).toBe(0)
        expect(schedule(gate, micros(0))).toEqual(wanted)
      }),
    )
  })
  test('counts from the commit, not from when it became known, but never before that', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.learn(at(1), ms(0), ms(3))
    expect(gate.next()).toBe(ms(10))
    gate.learn(at(2), ms(1), ms(40))
    expect(gate.due(ms(39))).toBe(1)
    expect(gate.next()).toBe(ms(40))
    expect(gate.due(ms(40))).toBe(2)
    expect(gate.next()).toBeNull()
  })
  test('of nothing lets a commit through at once', () => {
    const gate = createApplyGate(constant(ms(0)), seededChance(1))
    gate.learn(at(5), ms(7), ms(7))
    expect(gate.due(ms(7))).toBe(5)
  })
})

describe('order', () => {
  test('is kept: a commit with a shorter lag waits for the one before it', () => {
    const gate = createApplyGate(drawn(trace(50, 1, 60)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    gate.learn(at(2), ms(5), ms(5))
    gate.learn(at(3), ms(10), ms(10))
    expect([...schedule(gate, ms(0))]).toEqual([
      [1, ms(50)],
      [2, ms(50)],
      [3, ms(70)],
    ])
  })
  test('is kept inside a commit too, where every entry draws', () => {
    const gate = createApplyGate(drawn(trace(1, 30, 2, 2, 40), 'entry'), seededChance(1))
    gate.learn(at(5), ms(0), ms(0))
    expect([...schedule(gate, ms(0))]).toEqual([
      [1, ms(1)],
      [2, ms(30)],
      [3, ms(30)],
      [4, ms(30)],
      [5, ms(40)],
    ])
  })
  test('of several entries in a commit does not matter where the commit draws once', () => {
    const gate = createApplyGate(drawn(trace(1, 30)), seededChance(1))
    gate.learn(at(5), ms(0), ms(0))
    gate.learn(at(6), ms(0), ms(0))
    expect(gate.due(ms(1))).toBe(5)
    expect(gate.next()).toBe(ms(30))
  })
})

describe('what is known already', () => {
  test('is ignored and takes nothing from the stream', () => {
    const chance = listedChance([0.5])
    const gate = createApplyGate(drawn({ dist: 'exponential', mean: ms(10), min: ms(0) }), chance)
    gate.learn(at(3), ms(0), ms(0))
    gate.learn(at(3), ms(5), ms(5))
    gate.learn(at(2), ms(6), ms(6))
    expect(chance.asked()).toBe(1)
    expect(gate.due(ms(7))).toBe(3)
  })
  test('may have been applied before the gate was made', () => {
    const chance = listedChance([0.5])
    const gate = createApplyGate(drawn({ dist: 'uniform', min: ms(4), max: ms(4) }, 'entry'), chance, at(1000))
    expect(gate.due(ms(0))).toBe(1000)
    gate.learn(at(1002), ms(0), ms(0))
    expect(chance.asked()).toBe(2)
    expect([gate.due(ms(3)), gate.due(ms(4))]).toEqual([1000, 1002])
  })
})

describe('hold', () => {
  test('freezes what may be applied while commits are learned and their lag runs; release frees what is due', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    expect(gate.due(ms(10))).toBe(1)
    gate.hold()
    gate.learn(at(2), ms(11), ms(11))
    gate.learn(at(3), ms(500), ms(500))
    expect([gate.due(ms(505)), gate.next()]).toEqual([1, null])
    gate.release()
    expect([gate.due(ms(505)), gate.next()]).toEqual([2, ms(510)])
  })
  test('twice is as good as once', () => {
    const gate = createApplyGate(constant(ms(0)), seededChance(1))
    gate.hold()
    gate.hold()
    gate.learn(at(1), ms(0), ms(0))
    expect(gate.due(ms(9))).toBe(0)
    gate.release()
    expect(gate.due(ms(9))).toBe(1)
  })
})

describe('another lag', () => {
  test('of 0 frees what waits', () => {
    const gate = createApplyGate(constant(seconds(60)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    gate.learn(at(2), ms(5), ms(5))
    gate.setLag(constant(ms(0)), ms(9))
    expect([gate.due(ms(9)), gate.next()]).toEqual([2, null])
  })
  test('holds for what waits, from its commit on', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    gate.learn(at(2), ms(5), ms(5))
    expect(gate.due(ms(12))).toBe(1)
    gate.setLag(constant(ms(100)), ms(12))
    gate.learn(at(3), ms(20), ms(20))
    expect([...schedule(gate, ms(20))]).toEqual([
      [2, ms(105)],
      [3, ms(120)],
    ])
  })
  test('does not end a hold', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.hold()
    gate.learn(at(1), ms(0), ms(0))
    gate.setLag(constant(ms(0)), ms(1))
    expect(gate.due(ms(99))).toBe(0)
    gate.release()
    expect(gate.due(ms(99))).toBe(1)
  })
  test('with a defect changes nothing', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    expect(() => gate.setLag(drawn({ dist: 'trace', values: [] }), ms(1))).toThrow(/empty trace/)
    expect(gate.next()).toBe(ms(10))
  })
})

describe('stalls', () => {
  const stalled: LagModel = {
    kind: 'drawn',
    from: { dist: 'constant', value: ms(10) },
    sample: 'batch',
    spikes: { every: seconds(15), add: seconds(2), for: seconds(1), jitter: 0 },
  }
  test('add to the lag of what is committed in them, and what follows waits', () => {
    const gate = createApplyGate(stalled, seededChance(1))
    const commits = [14_999, 15_000, 15_999, 16_000, 17_990, 18_000].map((time) => ms(time))
    for (const [i, commit] of commits.entries()) gate.learn(at(i + 1), commit, commit)
    const due = [15_009, 17_010, 18_009, 18_009, 18_009, 18_010].map((time) => ms(time))
    expect([...schedule(gate, ms(0)).values()]).toEqual(due)
  })
  test('come at the same times however many commits there are', () => {
    const model: LagModel = {
      kind: 'drawn',
      from: { dist: 'exponential', mean: ms(1), min: ms(0) },
      sample: 'entry',
      spikes: { every: seconds(5), add: seconds(100), for: ms(500), jitter: 0.4 },
    }
    const stalledProbes = (entriesBetween: number): readonly boolean[] => {
      // One commit a gate, so that none waits for a stalled one before it.
      const gates = Array.from({ length: 300 }, (_, probe) => {
        const gate = createApplyGate(model, seededChance(7))
        gate.learn(at(entriesBetween), micros(0), micros(0))
        gate.due(seconds(1))
        gate.learn(at(entriesBetween + 1), ms(probe * 100), ms(probe * 100))
        return gate
      })
      return gates.map((gate) => (gate.next() ?? 0) > seconds(90))
    }
    const few = stalledProbes(1)
    expect(few.filter(Boolean).length).toBeGreaterThan(15)
    expect(stalledProbes(1000)).toEqual(few)
  })
})

describe('raft', () => {
  const period = ms(RAFT_HEARTBEAT_MS)
  test('makes a commit known with the next heartbeat when nothing else is sent', () => {
    const gate = createApplyGate({ kind: 'raft' }, listedChance([0.25]))
    const phase = period / 4
    gate.learn(at(1), micros(0), micros(phase + 1))
    expect(gate.next()).toBe(phase + period)
    gate.learn(at(2), micros(0), micros(phase + period))
    expect(gate.due(micros(phase + period - 1))).toBe(0)
    expect(gate.due(micros(phase + period))).toBe(2)
  })
  test('makes it known with the next append when there is one', () => {
    const gate = createApplyGate({ kind: 'raft' }, listedChance([0]))
    gate.learn(at(1), ms(1), ms(1))
    gate.learn(at(2), ms(2), ms(2))
    expect(gate.due(ms(2))).toBe(0)
    gate.appended(ms(3))
    expect(gate.due(ms(3))).toBe(2)
    gate.learn(at(3), ms(3), ms(4))
    expect(gate.next()).toBe(ms(50))
  })
  test('lags more when idle than when busy, and half a heartbeat on average when idle', () => {
    const lags = (gap: Micros): number => {
      const gate = createApplyGate({ kind: 'raft' }, seededChance(4))
      let total = 0
      const count = 2000
      for (let i = 1; i <= count; i++) {
        const now = micros(i * gap)
        gate.appended(now)
        total += i === 1 ? 0 : Math.min(now, gate.next() ?? now) - (now - gap)
        expect(gate.due(now)).toBe(i - 1)
        gate.learn(at(i), now, now)
      }
      return total / (count - 1)
    }
    expect(lags(ms(2))).toBeLessThanOrEqual(ms(2))
    expect(lags(micros(1_234_567))).toBeGreaterThan(ms(23))
    expect(lags(micros(1_234_567))).toBeLessThan(ms(27))
  })
  test('is the only lag that appends shorten', () => {
    const gate = createApplyGate(constant(ms(10)), seededChance(1))
    gate.learn(at(1), ms(0), ms(0))
    gate.appended(ms(1))
    expect([gate.due(ms(1)), gate.next()]).toEqual([0, ms(10)])
  })
})

const time = (max: number): fc.Arbitrary<Micros> => fc.nat(max).map(micros)
const anyModel: fc.Arbitrary<LagModel> = fc.oneof(
  fc.constant<LagModel>({ kind: 'raft' }),
  fc
    .tuple(
      fc.oneof(
        fc.record({ dist: fc.constant('constant' as const), value: time(60_000) }),
        fc.record({ dist: fc.constant('exponential' as const), mean: time(60_000), min: time(5000) }),
        fc.record({ dist: fc.constant('lognormal' as const), median: time(40_000), sigma: fc.constantFrom(0.5, 2) }),
        fc.record({
          dist: fc.constant('trace' as const),
          values: fc.array(time(90_000), { minLength: 1, maxLength: 4 }),
        }),
      ),
      fc.constantFrom('batch' as const, 'entry' as const),
    )
    .map(([from, sample]) => drawn(from, sample)),
)
type Happening =
  | { readonly do: 'learn'; readonly entries: number; readonly age: number }
  | { readonly do: 'wait'; readonly for: number }
  | { readonly do: 'append' | 'hold' | 'release' }
  | { readonly do: 'lag'; readonly model: LagModel }
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('learn' as const), entries: fc.nat(4), age: fc.nat(30_000) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), for: fc.nat(40_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('append' as const, 'hold' as const, 'release' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lag' as const), model: anyModel }) },
)

function happenToBoth(
  happening: Happening,
  gate: ApplyGate,
  reference: ReferenceGate,
  { now, committed }: { readonly now: Micros; readonly committed: Micros },
): void {
  switch (happening.do) {
    case 'learn': {
      const through = reference.known + happening.entries
      gate.learn(at(through), committed, now)
      reference.learn(through, committed, now)
      return
    }
    case 'wait':
      return
    case 'append':
      gate.appended(now)
      reference.appended(now)
      return
    case 'hold':
      gate.hold()
      reference.held = true
      return
    case 'release':
      gate.release()
      reference.held = false
      return
    case 'lag':
      gate.setLag(happening.model, now)
      reference.setLag(happening.model, now)
      return
  }
}

describe('a gate, whatever happens to it', () => {
  test('answers as the rules written down entry by entry, and never falls nor runs ahead', () => {
    const happenings = fc.array(anyHappening, { maxLength: 60 })
    fc.assert(
      fc.property(anyModel, fc.integer(), happenings, (model, seed, list) => {
        const gate = createApplyGate(model, seededChance(seed))
        const reference = new ReferenceGate(model, seededChance(seed))
        let now = micros(50_000)
        let committed = 0
        let before = 0
        for (const happening of list) {
          const wasHeld = reference.held
          if (happening.do === 'wait') now = micros(now + happening.for)
          if (happening.do === 'learn') committed = Math.max(committed, now - happening.age)
          happenToBoth(happening, gate, reference, { now, committed: micros(committed) })

          const due = gate.due(now)
          expect(due).toBe(reference.due(now))
          expect(gate.next()).toBe(reference.next())
          expect(due).toBeGreaterThanOrEqual(before)
          expect(due).toBeLessThanOrEqual(reference.known)
          if (wasHeld && reference.held) expect(due).toBe(before)
          before = due
        }
        gate.release()
        schedule(gate, now)
        expect(gate.due(seconds(1e9))).toBe(reference.known)
        expect(gate.next()).toBeNull()
      }),
      { numRuns: 2000 },
    )
  })
})

describe('more commits than may wait', () => {
  const commits = 4 * MAX_PENDING_COMMITS
  test('are applied no earlier than their lag, and later by no more than two slices of the waiting time', () => {
    const lag = seconds(1000)
    const gate = createApplyGate(constant(lag), seededChance(1))
    const gap = 499
    for (let i = 1; i <= commits; i++) gate.learn(at(i), micros(i * gap), micros(i * gap))
    const found = schedule(gate, micros(commits * gap))
    expect(found.size).toBe(commits)
    expect(new Set(found.values()).size).toBeGreaterThan(MERGE_RESOLUTION / 2)
    const slice = (commits * gap) / MERGE_RESOLUTION
    for (const [index, due] of found) {
      expect(due - (index * gap + lag)).toBeGreaterThanOrEqual(0)
      expect(due - (index * gap + lag)).toBeLessThanOrEqual(2 * slice)
    }
  })
  test('stay apart by their commit times behind one long lag, so that a shorter one finds them', () => {
    const values = Array.from({ length: commits }, (_, i) => (i === 0 ? seconds(1000) : micros(0)))
    const gate = createApplyGate(drawn({ dist: 'trace', values }), seededChance(1))
    for (let i = 1; i <= commits; i++) gate.learn(at(i), ms(i), ms(i))
    expect(gate.due(ms(commits))).toBe(0)
    gate.setLag(constant(ms(commits / 2)), ms(commits))
    const half = gate.due(ms(commits))
    expect(half).toBeLessThanOrEqual(commits / 2)
    expect(half).toBeGreaterThanOrEqual(commits / 2 - (2 * commits) / MERGE_RESOLUTION)
  })
  test('of one learn draw at most so many times', () => {
    const chance = listedChance([0.5])
    const gate = createApplyGate(drawn({ dist: 'uniform', min: ms(1), max: ms(1) }, 'entry'), chance)
    gate.learn(at(1e9), ms(0), ms(0))
    expect(chance.asked()).toBe(MAX_ENTRY_DRAWS)
    expect([gate.due(micros(999)), gate.due(ms(1))]).toEqual([0, 1e9])
  })
})
