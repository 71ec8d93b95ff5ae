/** What can be done to a simulated cluster while it runs, and what it does to those who wait. */

import type { Answer, Fault } from '@fourtwelve/cluster'
import {
  DEFAULT_SERVER_CONFIG,
  linkId,
  micros,
  milliseconds,
  nodeId,
  seconds,
  vaultRequest,
  type HistoryRecord,
  type JsonObject,
  type Method,
  type Micros,
  type ServerConfig,
  type ServedReply,
} from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto, type Simulation, type SimulationOptions } from '@fourtwelve/simulation'
import { describe, expect, test } from 'vitest'
import { constant, GIVEN, lagOf } from './plan.ts'

const [N0, N1, N2] = [nodeId(0), nodeId(1), nodeId(2)]

/** A cluster on which a test does one thing after the other. */
class Stage {
  readonly history: HistoryRecord[] = []
  readonly simulation: Simulation
  #sent = 0

  constructor(given: Partial<SimulationOptions> = {}) {
    this.simulation = createSimulation({
      scenario: 'stage',
      seed: 3,
      standbys: 2,
      config: DEFAULT_SERVER_CONFIG,
      lag: { default: lagOf(100), links: {} },
      network: { client: constant(0), delivery: constant(1_000), forward: constant(1_000) },
      flush: constant(500),
      cost: { read: micros(0), write: micros(0), login: micros(0) },
      given: GIVEN,
      rootToken: null,
      crypto: (random) => createStandInCrypto('stage', random),
      observe: (record) => this.history.push(record),
      ...given,
    })
  }

  /** Sends a request now; the answer is in the box when it has come, with its time. */
  send(node: number, method: Method, path: string, body?: JsonObject): { answer: Answer | null; at: Micros | null } {
    const box: { answer: Answer | null; at: Micros | null } = { answer: null, at: null }
    const { rootToken: token } = this.simulation
    const request = vaultRequest(method, path, {
      token,
      body: body === undefined ? { kind: 'none' } : { kind: 'json', value: body },
    })
    this.simulation.send(nodeId(node), ++this.#sent, request, (answer) => {
      box.answer = answer
      box.at = this.simulation.now()
    })
    return box
  }

  pass(ms: number): void {
    const { simulation } = this
    simulation.run(micros(simulation.now() + milliseconds(ms)), () => false)
  }

  /** Sends and lets so many milliseconds pass, which must be enough. */
  ask(node: number, method: Method, path: string, body?: JsonObject, ms = 50): ServedReply {
    const box = this.send(node, method, path, body)
    this.pass(ms)
    return valueOf(box)
  }

  inflict(kind: 'hold' | 'release' | 'cut' | 'heal', link = linkId(N0, N1)): void {
    this.simulation.inflict(kind === 'cut' ? { kind, link, oneWay: false } : { kind, link })
  }

  applied(node: number): number {
    return this.simulation.state()[node]?.applied ?? Number.NaN
  }

  /** When a node applied what a write wrote. */
  appliedAt(node: number, index: number): Micros | undefined {
    return this.history.find((one) => one.kind === 'apply' && one.node === nodeId(node) && one.index >= index)?.t
  }
}

function valueOf({ answer }: { readonly answer: Answer | null }): ServedReply {
  if (answer?.kind !== 'reply') throw new Error(`no reply: ${JSON.stringify(answer)}`)
  return answer.value
}

const statusOf = (box: { readonly answer: Answer | null }): number | null =>
  box.answer === null ? null : valueOf(box).reply.status

const DATA = { data: { n: 1 } }
const withReplication = (
  replication: Partial<ServerConfig['replication']>,
  rest: Partial<ServerConfig> = {},
): ServerConfig => ({
  ...DEFAULT_SERVER_CONFIG,
  ...rest,
  replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication },
})

describe('time', () => {
  test('a write takes a flush here, the way there, a flush there and the way back', () => {
    const stage = new Stage()
    const box = stage.send(0, 'POST', 'secret/data/a', DATA)
    stage.pass(50)
    expect(box.at).toBe(500 + 1_000 + 500 + 1_000)
  })

  test('it is applied when its lag has passed since the commit', () => {
    const stage = new Stage()
    const box = stage.send(0, 'POST', 'secret/data/a', DATA)
    stage.pass(500)
    const { wrote } = valueOf(box).served
    expect(stage.simulation.state().map(({ committed }) => committed)).toEqual([wrote, wrote, wrote])
    for (const node of [1, 2]) expect(stage.appliedAt(node, wrote)).toBe((box.at ?? 0) + 100_000)
  })

  test('a lag that is shorter than the news of the commit ends when the news is here', () => {
    const stage = new Stage({ lag: { default: lagOf(0), links: {} } })
    const box = stage.send(0, 'POST', 'secret/data/a', DATA)
    stage.pass(500)
    expect(stage.appliedAt(1, valueOf(box).served.wrote)).toBe((box.at ?? 0) + 1_000)
  })

  test('the active node does its work in time without any traffic: what was given expires', () => {
    const given = [
      ...GIVEN,
      vaultRequest('POST', 'auth/token/create', { body: { kind: 'json', value: { ttl: '2s', policies: ['app'] } } }),
    ]
    const stage = new Stage({ given })
    const before = stage.applied(0)
    stage.pass(1_999)
    expect(stage.applied(0)).toBe(before)
    stage.pass(200)
    expect(stage.applied(0)).toBeGreaterThan(before)
    expect(stage.applied(1)).toBe(stage.applied(0))
  })
})

test('an entry is recorded once, by the node that wrote it, with the number of its keys', () => {
  for (const [lease_entry, keys] of [
    ['separate', [1, 1, 1]],
    ['same', [1, 2]],
  ] as const) {
    const config = { ...DEFAULT_SERVER_CONFIG, switches: { ...DEFAULT_SERVER_CONFIG.switches, lease_entry } }
    const stage = new Stage({ config })
    const founded = stage.applied(0)
    stage.ask(0, 'POST', 'auth/token/create-orphan', { policies: ['default'] }, 500)
    const entries = stage.history.filter((one) => one.kind === 'entry' && one.index > founded)
    expect(entries.map((one) => (one.kind === 'entry' ? [one.node, one.keys] : []))).toEqual(
      keys.map((count) => [N0, count]),
    )
  }
})

describe('hold', () => {
  test('freezes what reads see and leaves acknowledgements alone; release shows all of it at once', () => {
    const stage = new Stage()
    stage.inflict('hold')
    stage.inflict('hold', linkId(N0, N2))
    const before = stage.applied(1)
    const writes = [1, 2, 3].map((n) => stage.ask(0, 'POST', `secret/data/a${n}`, DATA))
    expect(writes.map(({ reply }) => reply.status)).toEqual([200, 200, 200])
    stage.pass(1_000)
    expect([stage.applied(1), stage.applied(2)]).toEqual([before, before])
    expect(stage.simulation.state()[1]?.received).toBe(stage.applied(0))
    stage.inflict('release')
    expect([stage.applied(1), stage.applied(2)]).toEqual([stage.applied(0), before])
  })

  test('release shows only what is due', () => {
    const stage = new Stage()
    stage.inflict('hold')
    const first = stage.ask(0, 'POST', 'secret/data/a', DATA, 150).served.wrote
    const second = stage.ask(0, 'POST', 'secret/data/b', DATA, 50).served.wrote
    stage.inflict('release')
    expect(stage.applied(1)).toBe(first)
    stage.pass(100)
    expect(stage.applied(1)).toBe(second)
  })

  test('of a link that carries no log does nothing', () => {
    const stage = new Stage()
    for (const link of [linkId(N2, N1), linkId(N1, N2), linkId(N1, N0)]) stage.inflict('hold', link)
    stage.simulation.inflict({ kind: 'lag', link: linkId(N1, N2), lag: lagOf(5_000) })
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA, 150).served
    expect([stage.applied(1), stage.applied(2)]).toEqual([wrote, wrote])
  })

  test('a wait for the own state outlasts a hold by its two seconds, or ends with the release', () => {
    const stage = new Stage()
    stage.inflict('hold')
    const patient = stage.send(1, 'POST', 'secret/data/a', DATA)
    stage.pass(1_000)
    expect(patient.answer).toBeNull()
    stage.inflict('release')
    stage.pass(1)
    expect(valueOf(patient).served.waitTimedOut).toBe(false)
    stage.inflict('hold')
    const hasty = stage.send(1, 'POST', 'secret/data/b', DATA)
    stage.pass(2_100)
    expect(valueOf(hasty).served.waitTimedOut).toBe(true)
  })
})

describe('lag', () => {
  test('that is changed to nothing shows everything now', () => {
    const stage = new Stage({ lag: { default: lagOf(10_000), links: {} } })
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA).served
    expect(stage.applied(1)).toBeLessThan(wrote)
    stage.simulation.inflict({ kind: 'lag', link: linkId(N0, N1), lag: lagOf(0) })
    expect([stage.applied(1) >= wrote, stage.applied(2) >= wrote]).toEqual([true, false])
  })

  test('that is raised holds what is not seen yet, from its commit on', () => {
    const stage = new Stage()
    const box = stage.send(0, 'POST', 'secret/data/a', DATA)
    stage.pass(50)
    stage.simulation.inflict({ kind: 'lag', link: linkId(N0, N1), lag: lagOf(700) })
    stage.pass(1_000)
    expect(stage.appliedAt(1, valueOf(box).served.wrote)).toBe((box.at ?? 0) + 700_000)
    expect(stage.appliedAt(2, valueOf(box).served.wrote)).toBe((box.at ?? 0) + 100_000)
  })

  test('that is lowered and raised again in between never shows anything late', () => {
    const stage = new Stage({ lag: { default: lagOf(5_000), links: {} } })
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA).served
    for (const ms of [400, 300, 350, 200]) {
      stage.simulation.inflict({ kind: 'lag', link: linkId(N0, N1), lag: lagOf(ms) })
      stage.pass(10)
    }
    stage.pass(5_000)
    const commit = stage.history.find((one) => one.kind === 'commit' && one.index >= wrote)?.t ?? 0
    expect(stage.appliedAt(1, wrote)).toBe(commit + 200_000)
  })
})

describe('cut', () => {
  const inFlight = (stage: Stage): readonly ReturnType<Stage['send']>[] => [
    stage.send(1, 'POST', 'secret/data/a', DATA),
    stage.send(1, 'POST', 'auth/token/create', { policies: ['app'] }),
    stage.send(1, 'POST', 'auth/userpass/login/ann', { password: 'pw' }),
    stage.send(1, 'GET', 'secret/data/a'),
  ]

  test.each([0, 1, 2, 3, 4])(
    '%i ms after they were sent, pending requests are answered at once, and each once',
    (ms) => {
      const stage = new Stage()
      const boxes = inFlight(stage)
      stage.pass(ms)
      stage.inflict('cut')
      stage.pass(1)
      // Those that the active node had answered already wait for their state alone, which the cut puts off.
      const statuses = boxes.map(statusOf)
      expect(statuses[3]).toBe(404)
      for (const status of statuses) expect([null, 307, 500, 404]).toContain(status)
      stage.pass(2_100)
      for (const box of boxes) expect(box.answer).not.toBeNull()
      stage.inflict('heal')
      stage.pass(5_000)
      expect(stage.applied(1)).toBe(stage.applied(0))
    },
  )

  test('sends later requests to the active node, and goes on serving what is here', () => {
    const stage = new Stage()
    stage.ask(0, 'POST', 'secret/data/a', DATA, 500)
    stage.inflict('cut')
    const write = stage.ask(1, 'POST', 'secret/data/b', DATA, 1)
    expect(write.reply).toMatchObject({ status: 307, redirectTo: 'n0' })
    expect(stage.ask(1, 'GET', 'secret/data/a', undefined, 1).reply.status).toBe(200)
    expect(stage.ask(1, 'GET', 'auth/token/lookup-self', undefined, 1).reply.status).toBe(200)
  })

  test('of one standby of two leaves a majority: writes go on, and arrive after it heals', () => {
    const stage = new Stage()
    stage.inflict('cut')
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA, 500).served
    expect([stage.applied(1) < wrote, stage.applied(2)]).toEqual([true, wrote])
    stage.inflict('heal')
    stage.pass(500)
    expect(stage.applied(1)).toBe(wrote)
  })

  test('of all standbys leaves none: writes and reads wait, and are answered when one link is back', () => {
    const stage = new Stage()
    for (const to of [N1, N2]) stage.inflict('cut', linkId(N0, to))
    const write = stage.send(0, 'POST', 'secret/data/a', DATA)
    const read = stage.send(0, 'GET', 'secret/data/a')
    const health = stage.send(0, 'GET', 'sys/health')
    stage.pass(1_000)
    expect([write, read, health].map(statusOf)).toEqual([null, null, 200])
    stage.inflict('heal', linkId(N0, N2))
    stage.pass(50)
    expect([write, read].map(statusOf)).toEqual([200, 200])
  })

  test('for longer than max_request_duration ends the writes with an error, and they are carried out all the same', () => {
    const stage = new Stage({
      config: withReplication({}, { max_request_duration: seconds(5), election_timeout: seconds(60) }),
    })
    for (const to of [N1, N2]) stage.inflict('cut', linkId(N0, to))
    const write = stage.send(0, 'POST', 'secret/data/a', DATA)
    stage.pass(5_001)
    expect([statusOf(write), write.at]).toEqual([500, seconds(5)])
    for (const to of [N1, N2]) stage.inflict('heal', linkId(N0, to))
    stage.pass(1_000)
    expect(stage.ask(1, 'GET', 'secret/data/a').reply.status).toBe(200)
  })

  test('and heal with everything under way loses no acknowledgement: what was written is committed soon after', () => {
    for (let ms = 0; ms <= 4; ms += 0.5) {
      const stage = new Stage({ standbys: 1 })
      const write = stage.send(0, 'POST', 'secret/data/a', DATA)
      stage.pass(ms)
      stage.inflict('cut')
      stage.inflict('heal')
      stage.pass(20)
      expect([ms, statusOf(write)]).toEqual([ms, 200])
    }
  })

  test('a standby that was away longer than the lag sees what it missed as soon as it has it', () => {
    const stage = new Stage()
    stage.inflict('cut')
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA, 3_000).served
    const healedAt = stage.simulation.now()
    stage.inflict('heal')
    stage.pass(1_000)
    // It says how far it is, the entries come, and it flushes them: the lag was over long ago.
    expect(stage.appliedAt(1, wrote)).toBe(healedAt + 1_000 + 1_000 + 500)
  })

  test('a standby behind the held log jumps over what it missed', () => {
    const stage = new Stage({ config: withReplication({ logshipper_buffer_length: 5 }) })
    stage.inflict('cut')
    for (let n = 0; n < 10; n++) stage.ask(0, 'POST', `secret/data/a${n}`, DATA)
    const before = stage.applied(1)
    stage.inflict('heal')
    stage.pass(1_000)
    const applies = stage.history.filter((one) => one.kind === 'apply' && one.node === N1 && one.from >= before)
    expect(applies).toMatchObject([{ from: before, index: stage.applied(0) }])
  })

  test('between standbys is of no matter to anybody', () => {
    const stage = new Stage()
    stage.inflict('cut', linkId(N1, N2))
    const { wrote } = stage.ask(0, 'POST', 'secret/data/a', DATA, 500).served
    expect([stage.applied(1), stage.applied(2)]).toEqual([wrote, wrote])
    expect(stage.ask(1, 'POST', 'secret/data/b', DATA, 500).reply.status).toBe(200)
  })

  test('twice, or healed twice, is as good as once', () => {
    const stage = new Stage()
    for (const kind of ['cut', 'cut', 'heal', 'heal'] as const) stage.inflict(kind)
    const { wrote } = stage.ask(1, 'POST', 'secret/data/a', DATA, 500).served
    expect(stage.applied(1)).toBe(wrote)
  })
})

describe('load', () => {
  const cost = { read: milliseconds(1), write: milliseconds(10), login: milliseconds(50) }

  test('queues on the node that works: requests are answered one after the other', () => {
    const stage = new Stage({ cost })
    const reads = Array.from({ length: 5 }, () => stage.send(1, 'GET', 'secret/data/a'))
    const login = stage.send(1, 'POST', 'auth/userpass/login/bob', { password: 'pw' })
    stage.pass(500)
    expect(reads.map(({ at }) => at)).toEqual([1, 2, 3, 4, 5].map(milliseconds))
    // Its entity is new: 50 ms here, a call of 10 ms there, the commit, the lag.
    expect(valueOf(login).reply.status).toBe(200)
    expect(login.at).toBeGreaterThan(milliseconds(55 + 10 + 100))
  })

  test('a login costs what a login does wherever its method is mounted, and nothing else does', () => {
    const stage = new Stage({
      cost,
      standbys: 0,
      given: [
        ...GIVEN,
        vaultRequest('POST', 'sys/auth/corp/users', { body: { kind: 'json', value: { type: 'userpass' } } }),
        vaultRequest('POST', 'auth/corp/users/users/eve', { body: { kind: 'json', value: { password: 'pw' } } }),
        vaultRequest('POST', 'sys/mounts/auth-kv/login', { body: { kind: 'json', value: { type: 'kv' } } }),
      ],
    })
    const took = (method: Method, path: string, body?: JsonObject): number => {
      const sent = stage.simulation.now()
      const box = stage.send(0, method, path, body)
      stage.pass(500)
      return (box.at ?? Number.NaN) - sent - 500
    }
    expect(took('POST', 'auth/corp/users/login/eve', { password: 'pw' })).toBe(cost.login)
    expect(took('POST', 'auth-kv/login/eve', { password: 'pw' })).toBe(cost.write)
    expect(took('POST', 'auth/userpass/users/login', { password: 'pw' })).toBe(cost.write)
    expect(took('GET', 'sys/internal/ui/mounts')).toBe(cost.read - 500)
  })

  test('a forwarded request costs both nodes', () => {
    const stage = new Stage({ cost, lag: { default: lagOf(0), links: {} } })
    const write = stage.send(1, 'POST', 'secret/data/a', DATA)
    stage.pass(500)
    // 10 ms here, 1 there, 10 there, then flush and acknowledgement, and the news of the commit with the answer.
    expect(write.at).toBe(milliseconds(10 + 1 + 10 + 3 + 1))
  })

  test('beyond what a node can queue, clients are turned away, and so are standbys', () => {
    const stage = new Stage({ cost: { read: seconds(10), write: seconds(1), login: seconds(1) } })
    const forwarded = stage.send(1, 'POST', 'secret/data/a', DATA)
    for (let n = 0; n < 100_000; n++) stage.send(0, 'GET', 'secret/data/a')
    const late = stage.send(0, 'GET', 'secret/data/a')
    stage.pass(1)
    expect(late.answer).toEqual({ kind: 'lost', why: 'n0 is overloaded' })
    stage.pass(1_100)
    expect(statusOf(forwarded)).toBe(307)
  })
})

test('a fault of a node that is not there is refused', () => {
  const { simulation } = new Stage()
  for (const link of ['n0->n9', 'n9->n0'] as const) {
    for (const fault of [
      { kind: 'hold', link },
      { kind: 'cut', link, oneWay: false },
    ] satisfies Fault[]) {
      expect(() => simulation.inflict(fault)).toThrow('there is no node n9')
    }
  }
})

test('a promotion keeps all that was committed, whichever node knows most of it', () => {
  const stage = new Stage({
    lag: { default: lagOf(60_000), links: {} },
    config: { ...DEFAULT_SERVER_CONFIG, election_timeout: milliseconds(300) },
  })
  stage.simulation.inflict({ kind: 'step-down', node: N0 })
  stage.pass(1_000)
  const active = stage.simulation.state().findIndex(({ role }) => role === 'active')
  expect(active).toBeGreaterThan(0)
  expect(stage.ask(active, 'POST', 'secret/data/a', DATA).reply.status).toBe(200)
  // The first node knows of the commit, and its reads will see it only in a minute.
  const [first, ...others] = stage.simulation.state()
  expect(others.map(({ committed }) => committed)).toEqual(others.map(() => first?.committed))
  expect(first?.applied).toBeLessThan(first?.committed ?? 0)
  stage.simulation.inflict({ kind: 'promote' })
  stage.pass(100)
  for (const node of [0, 1, 2]) expect(stage.ask(node, 'GET', 'secret/data/a').reply.status).toBe(200)
})
