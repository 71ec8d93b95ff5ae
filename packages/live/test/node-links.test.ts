/** Two ends of real message ports. */

import { MessageChannel } from 'node:worker_threads'
import { nodeId, vaultRequest } from '@fourtwelve/protocol'
import type { PeerMessage } from '@fourtwelve/vault-node'
import { afterEach, describe, expect, test } from 'vitest'
import { createNodeLinks, type NodeLinks } from '../src/node-links.ts'
import { createRowCache } from '../src/row-cache.ts'

const [n0, n1] = [nodeId(0), nodeId(1)]
const forward = (call: number): PeerMessage => ({
  kind: 'forward',
  call,
  id: call,
  request: vaultRequest('GET', 'sys/health'),
})

interface End {
  readonly links: NodeLinks
  /** Calls that were heard, and what happened to the link. */
  readonly heard: (number | string)[]
}

function end(): End {
  const heard: (number | string)[] = []
  const links = createNodeLinks(() => ({
    receive: (_from, message) => heard.push('call' in message ? message.call : message.kind),
    loseCall: (call) => heard.push(`lost ${call}`),
    connected: (peer) => heard.push(`connected ${peer}`),
    disconnected: (peer) => heard.push(`disconnected ${peer}`),
  }))
  return { links, heard }
}

const ends: End[] = []
afterEach(() => {
  for (const { links } of ends.splice(0)) for (const peer of [n0, n1]) links.leave(peer)
})

function joined(): readonly [End, End] {
  const pair = [end(), end()] as const
  ends.push(...pair)
  join(pair)
  return pair
}

function join([a, b]: readonly [End, End]): void {
  const { port1, port2 } = new MessageChannel()
  a.links.join(n1, port1)
  b.links.join(n0, port2)
}

const say = ({ links }: End, to: typeof n0, call: number): void => {
  links.send(to, forward(call))
  links.flush(createRowCache())
}

/** Until the other end has heard so much; a test that waits in vain ends by its time limit. */
async function until({ heard }: End, length: number): Promise<void> {
  while (heard.length < length) await new Promise((later) => setTimeout(later, 2))
}

describe('a link whose forwarding is delayed', () => {
  test('keeps the order of what is asked when the delay gets shorter, and when it ends', async () => {
    const [a, b] = joined()
    a.links.setForwarding(60_000, false)
    say(a, n1, 1)
    a.links.setForwarding(30, false)
    say(a, n1, 2)
    a.links.setForwarding(0, false)
    say(a, n1, 3)
    await until(b, 3)
    expect(b.heard).toEqual([1, 2, 3])
  })

  test('loses what waits when it is left: a new link to the same node does not carry it', async () => {
    const pair = joined()
    const [a, b] = pair
    a.links.setForwarding(20, false)
    say(a, n1, 1)
    join(pair)
    say(a, n1, 2)
    await until(b, 1)
    await new Promise((later) => setTimeout(later, 40))
    expect(b.heard).toEqual([2])
  })

  test('loses what waits when it is cut, also when it is healed before the delay has passed', async () => {
    const [a, b] = joined()
    a.links.setForwarding(20, false)
    say(a, n1, 1)
    a.links.cut(n1)
    a.links.heal(n1)
    say(a, n1, 2)
    await until(b, 1)
    await new Promise((later) => setTimeout(later, 40))
    expect(b.heard).toEqual([2])
  })
})

describe('an end that takes nothing', () => {
  test('is to the other a broken link, until it hears again: then both begin anew', async () => {
    const [a, b] = joined()
    b.links.deafen(n0)
    say(a, n1, 1)
    await until(a, 1)
    expect(a.heard).toEqual(['disconnected n1'])
    say(a, n1, 2)
    await new Promise((later) => setTimeout(later, 10))
    expect(b.links.hearAgain()).toEqual([n0])
    await until(a, 3)
    say(a, n1, 3)
    await until(b, 1)
    expect(a.heard).toEqual(['disconnected n1', 'disconnected n1', 'connected n1'])
    expect(b.heard).toEqual([3])
  })

  test('does not hear by a link that is cut meanwhile', () => {
    const [, b] = joined()
    b.links.deafen(n0)
    b.links.cut(n0)
    expect(b.links.hearAgain()).toEqual([])
  })
})
