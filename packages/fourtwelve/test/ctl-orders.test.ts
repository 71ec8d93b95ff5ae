/** What each command of `ctl` asks of a cluster: the command line and the control API are real, the cluster keeps what it is told. */

import type { ClusterControl, ClusterState, ControlOrder } from '@fourtwelve/cluster'
import { createControlServer } from '@fourtwelve/http'
import { linkId, micros, milliseconds, nodeId, seconds, term, walIndex, type ClusterId } from '@fourtwelve/protocol'
import { readLinkLag } from '@fourtwelve/scenario'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testControl } from '../dist/test-control.js'
import { command } from './memory-ports.ts'

const nodes = [nodeId(0), nodeId(1), nodeId(2)]
/** n2 leads: n0 was killed. */
const state: ClusterState = {
  cluster: 'c' as ClusterId,
  rootToken: null,
  nodes: nodes.map((node, at) => ({
    node,
    address: `http://127.0.0.1:820${at}`,
    running: at > 0,
    paused: false,
    condition: 'normal',
    role: at === 0 ? null : at === 2 ? 'active' : 'performance-standby',
    term: at === 0 ? null : term(2),
    received: at === 0 ? null : walIndex(20),
    applied: at === 0 ? null : walIndex(20),
    chain: at === 0 ? null : 7,
    forwarding: { delay: micros(0), fails: false },
  })),
  links: [{ link: linkId(nodeId(2), nodeId(1)), lag: { kind: 'raft' }, held: false, cut: false }],
}
/** While n1 and n2 elect. */
const leaderless: ClusterState = {
  ...state,
  nodes: state.nodes.map((node) => (node.role === null ? node : { ...node, role: 'standby' })),
}
let now = state
let asked: ControlOrder[] = []
const control: ClusterControl = {
  nodes,
  state: (told) => setImmediate(() => told(now)),
  carryOut(order, done) {
    asked.push(order)
    setImmediate(() => done({ kind: 'done', state }))
  },
  history: (told) => setImmediate(() => told([])),
}
const server = createControlServer({ control, readLag: readLinkLag, writeRecord: (record) => JSON.stringify(record) })
let address = ''
beforeAll(async () => {
  address = `http://127.0.0.1:${await server.listen(0)}`
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  now = state
})

describe('fourtwelve ctl', () => {
  test.each<[words: string, orders: readonly ControlOrder[]]>([
    ['step-down', [{ kind: 'step-down', node: nodeId(2) }]],
    ['step-down n2', [{ kind: 'step-down', node: nodeId(2) }]],
    ['kill active', [{ kind: 'kill', node: nodeId(2), loses: 'unflushed' }]],
    ['kill standby --loses nothing', [{ kind: 'kill', node: nodeId(1), loses: 'nothing' }]],
    ['promote', [{ kind: 'promote' }]],
    ['backup', [{ kind: 'backup' }]],
    ['restore', [{ kind: 'restore' }]],
    ['slow-disk n1 20ms', [{ kind: 'slow-disk', node: nodeId(1), by: milliseconds(20) }]],
    ['slow-apply standby 1s', [{ kind: 'slow-apply', node: nodeId(1), by: seconds(1) }]],
    ['clock-skew n1 5s', [{ kind: 'clock-skew', node: nodeId(1), by: seconds(5) }]],
    ['clock-skew n1 -5s', [{ kind: 'clock-skew', node: nodeId(1), by: seconds(-5) }]],
    ['clock-skew n1 -5s --json', [{ kind: 'clock-skew', node: nodeId(1), by: seconds(-5) }]],
    ['shipper-buffer n0 10', [{ kind: 'shipper-buffer', node: nodeId(0), entries: 10 }]],
    ['shipper-buffer n0', [{ kind: 'shipper-buffer', node: nodeId(0), entries: null }]],
    ['cut n0->n1 --one-way', [{ kind: 'cut', link: 'n0->n1', oneWay: true }]],
    ['cut n1', [{ kind: 'cut', link: 'n2->n1', oneWay: false }]],
    ['heal n0->n1', [{ kind: 'heal', link: 'n0->n1' }]],
    ['restart n0', [{ kind: 'restart', node: nodeId(0) }]],
  ])('%s', async (words, orders) => {
    const { code, err } = await command(['ctl', ...words.split(' '), '--address', address])
    expect([code, err]).toEqual([0, ''])
    expect(asked).toEqual(orders)
  })

  test.each([
    ['clock-skew n1', "missing required argument 'by'"],
    ['clock-skew n1 --fast', '"by" must be a duration'],
    ['slow-disk n1 -5ms', "unknown option '-5ms'"],
    ['shipper-buffer n0 many', '"entries" must be a whole number'],
    ['kill n1 --loses all', '"loses" must be unflushed or nothing'],
    ['kill leader', 'there is no node "leader"'],
    ['promote n1', 'too many arguments'],
    [
      'step-down n1',
      'fourtwelve: /step-down: n1 is not active, and so has no leadership to give up: n2 is (step-down without a node is for whichever is)\n',
    ],
    ['step_down', "unknown command 'step_down'"],
  ])('%s is refused', async (words, line) => {
    const { code, err } = await command(['ctl', ...words.split(' '), '--address', address])
    expect(code).toBe(4)
    expect(err).toContain(line)
    expect(asked).toEqual([])
  })

  test.each([
    ['kill active', 'name a node, or wait until one is active (`fourtwelve ctl state`, GET /state)'],
    ['pause active', 'name a node, or wait until one is active (`fourtwelve ctl state`, GET /state)'],
    ['step-down', 'wait until one is active (`fourtwelve ctl state`, GET /state)'],
  ])('%s while nobody is active says so, what the nodes do, and what to do', async (words, todo) => {
    now = leaderless
    expect(await command(['ctl', ...words.split(' '), '--address', address])).toMatchObject({
      code: 4,
      out: '',
      err: `fourtwelve: /${words.split(' ')[0]}: no node is active now: n0 does not run, n1 is electing, n2 is electing: ${todo}\n`,
    })
    expect(asked).toEqual([])
  })

  test('every command has an example that does what it says', async () => {
    const { out } = await command(['ctl', '--help'])
    const names = [...out.matchAll(/^ {2}([a-z-]+) .*$/gm)].map(([, name]) => name ?? '')
    expect(names).toEqual(expect.arrayContaining(['step-down', 'promote', 'slow-disk', 'shipper-buffer']))
    for (const name of names.filter((word) => word !== 'help')) {
      const help = (await command(['ctl', name, '--help'])).out
      const example = /\$ fourtwelve (ctl .*)\n/.exec(help)?.[1] ?? ''
      expect(example).toContain(`ctl ${name}`)
      const words = example.replaceAll("'", '').split(' ')
      expect([example, (await command([...words, '--address', address])).err]).toEqual([example, ''])
    }
  })
})

describe('the methods of a test', () => {
  test('are the same words', async () => {
    const cluster = testControl(control)
    await cluster.stepDown()
    await cluster.kill('active', { loses: 'nothing' })
    await cluster.cut('n0->n2', { oneWay: true })
    await cluster.slowDisk('n1', '20ms')
    await cluster.slowApply('n1', '20ms')
    await cluster.clockSkew('n1', '-5s')
    await cluster.shipperBuffer('n1', 10)
    await cluster.shipperBuffer('n1')
    await cluster.promote()
    await cluster.backup()
    await cluster.restore()
    expect(asked).toEqual([
      { kind: 'step-down', node: 'n2' },
      { kind: 'kill', node: 'n2', loses: 'nothing' },
      { kind: 'cut', link: 'n0->n2', oneWay: true },
      { kind: 'slow-disk', node: 'n1', by: 20_000 },
      { kind: 'slow-apply', node: 'n1', by: 20_000 },
      { kind: 'clock-skew', node: 'n1', by: -5_000_000 },
      { kind: 'shipper-buffer', node: 'n1', entries: 10 },
      { kind: 'shipper-buffer', node: 'n1', entries: null },
      { kind: 'promote' },
      { kind: 'backup' },
      { kind: 'restore' },
    ])
    await expect(cluster.stepDown('n1')).rejects.toThrow(
      'control.step-down: n1 is not active, and so has no leadership',
    )
    await expect(cluster.slowDisk('n1', 'slowly')).rejects.toThrow('control.slow-disk: "by" must be a duration')
  })
})
