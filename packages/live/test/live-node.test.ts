/** Two nodes in one thread, with real links between them and disks that forget. */

import { MessageChannel } from 'node:worker_threads'
import type { Answer } from '@fourtwelve/cluster'
import { DEFAULT_SERVER_CONFIG, nodeId, vaultRequest, type NodeId, type VaultRequest } from '@fourtwelve/protocol'
import { afterEach, expect, test } from 'vitest'
import { FIRST_TERM, found } from '../src/founding.ts'
import { createLiveNode, type LiveNode } from '../src/live-node.ts'
import { createMemoryStorage } from '../src/memory-storage.ts'
import { loadNode } from '../src/node-disk.ts'
import { createNodeLinks, type NodeLinks } from '../src/node-links.ts'
import type { NodeSetup } from '../src/node-setup.ts'
import { createRealCrypto } from '../src/real-crypto.ts'
import { clockFrom, epochOffset } from '../src/wall-clock.ts'

const NODES = [nodeId(0), nodeId(1)] as const
const [n0, n1] = NODES
const clockOffset = epochOffset()
const clock = clockFrom(clockOffset)
/** As many as a paused node lets wait. */
const EVENTS = 100_000

interface Host {
  readonly node: LiveNode
  readonly links: NodeLinks
}

const hosts: Host[] = []
afterEach(() => {
  for (const { node, links } of hosts.splice(0)) {
    node.stop('the test is over')
    for (const id of NODES) links.leave(id)
  }
})

async function twoNodes(): Promise<readonly [Host, Host]> {
  const founded = await found({ standbys: 1, config: DEFAULT_SERVER_CONFIG, rootToken: 'root', given: [] }, clock)
  const made = async (id: NodeId): Promise<Host> => {
    const setup: NodeSetup = {
      id,
      nodes: NODES,
      active: n0,
      term: FIRST_TERM,
      config: DEFAULT_SERVER_CONFIG,
      addresses: {},
      identity: founded.identity,
      folder: null,
      storage: 'memory',
      lags: [],
      lag: { kind: 'raft' },
      checkpointEvery: null,
      founding: founded.row,
      standsStill: false,
      allBegin: true,
      clockOffset,
      isRecording: false,
    }
    const crypto = await createRealCrypto(founded.identity.keys)
    const storage = createMemoryStorage((through) => node.flushed(through))
    const links = createNodeLinks(() => node)
    const { state } = await loadNode(storage, setup, setup, clock, crypto)
    const node: LiveNode = createLiveNode({
      state,
      crypto,
      storage,
      links,
      lags: setup.lags,
      lag: setup.lag,
      chance: { unit: () => 0.5, below: () => 0 },
      firstRequest: 1,
      checkpointEvery: null,
      clock,
      observe: () => undefined,
    })
    const host = { node, links }
    hosts.push(host)
    return host
  }
  const [a, b] = [await made(n0), await made(n1)]
  const { port1, port2 } = new MessageChannel()
  a.links.join(n1, port1)
  b.links.join(n0, port2)
  a.node.begin()
  b.node.begin()
  return [a, b]
}

const ask = ({ node }: Host, request: VaultRequest): Promise<Answer> =>
  new Promise((answered) => node.serve(0, request, answered))

test('a paused node turns away what does not fit, is to the others out of reach, and catches up when it goes on', async () => {
  const [a, b] = await twoNodes()
  b.node.pause()
  const health = vaultRequest('GET', 'sys/health')
  let answered = 0
  for (let at = 0; at < EVENTS; at++) b.node.serve(0, health, () => (answered += 1))
  expect(answered).toBe(0)
  expect(await ask(b, health)).toMatchObject({ kind: 'lost', why: expect.stringContaining('n1 is paused') })

  const write = ask(
    a,
    vaultRequest('POST', 'secret/data/x', { token: 'root', body: { kind: 'json', value: { data: { a: 1 } } } }),
  )
  while (a.node.state.peers.get(n1)?.connected === true) await new Promise((later) => setTimeout(later, 1))
  b.node.resume()
  expect(answered).toBe(EVENTS)
  expect(await write).toMatchObject({ kind: 'reply', value: { reply: { status: 200 } } })
  while (b.node.state.log.applied < a.node.state.log.applied) await new Promise((later) => setTimeout(later, 1))
  expect(b.node.state.log.chain).toBe(a.node.state.log.chain)
})
