/** Taking a mount away, in slices, and the answer to it. */

import { decodeIndexState, isIndexDefect, type ServedReply } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { alone, repliesIn, type Alone } from '../../alone.ts'
import { givenUser, post, tokenIn, withConfig } from '../../node-pair.ts'

const SLICE_WRITES_MAX = 128
/** Keys that are looked at in one slice. */
const KEYS_A_SLICE = 4_096
const SLICES_MAX = 1_000

const login = (nodes: Alone): string => {
  nodes.begin('POST', 'auth/userpass/login/ann', { password: 'pw' }, { token: null })
  const [answer] = repliesIn(nodes.commit())
  if (answer === undefined) throw new Error('nobody was answered')
  return tokenIn(answer)
}

/** Lets the work come to its end. Answers how much was written in each turn, and the answer. */
function finish(nodes: Alone, begin: () => ReturnType<Alone['begin']>): { turns: number[]; answer: ServedReply } {
  const turns: number[] = []
  const replies: ServedReply[] = []
  const one = (act: () => ReturnType<Alone['begin']>): void => {
    const before = nodes.entries.length
    replies.push(...repliesIn(act()))
    turns.push(nodes.entries.length - before)
  }
  one(begin)
  while (nodes.node.revocations.length > 0) {
    if (turns.length > SLICES_MAX) throw new Error('the mount does not go')
    expect(replies).toEqual([])
    one(() => nodes.happen({ kind: 'continue' }))
  }
  replies.push(...repliesIn(nodes.commit()))
  const [answer] = replies
  if (answer === undefined) throw new Error('nobody was answered')
  return { turns, answer }
}

const indexIn = ({ reply }: ServedReply): unknown => {
  const state = decodeIndexState(reply.index ?? '')
  return isIndexDefect(state) ? state : state.localIndex
}

describe('a secrets engine', () => {
  it('with many secrets goes in slices, is out of reach at once, and is answered after the last', () => {
    const nodes = alone(1, undefined, [post('sys/mounts/kv', { type: 'kv' })])
    for (let at = 0; at < 500; at++) nodes.begin('POST', `kv/${at % 7}/${at % 3}/s${at}`, { at })
    nodes.commit()
    const size = nodes.node.store.size
    let isThere = true
    const { turns, answer } = finish(nodes, () => {
      const effects = nodes.begin('DELETE', 'sys/mounts/kv')
      isThere = nodes.node.store.has('core/mounts/kv|')
      return effects
    })
    expect([isThere, answer.reply.status, nodes.node.store.size]).toEqual([false, 204, size - 501])
    expect(Math.max(...turns)).toBe(SLICE_WRITES_MAX + 1)
    expect(turns.reduce((sum, count) => sum + count, 0)).toBe(501)
    expect([indexIn(answer), answer.served.wrote]).toEqual([nodes.node.log.head, nodes.node.log.head])
  })

  it('with nothing in it goes at once', () => {
    const nodes = alone(1, undefined, [post('sys/mounts/kv', { type: 'kv' })])
    const { turns, answer } = finish(nodes, () => nodes.begin('DELETE', 'sys/mounts/kv'))
    expect([turns, answer.reply.status]).toEqual([[1], 204])
  })
})

describe('an auth method', () => {
  it.each(['off', 'on'] as const)(
    'answers with the index of its own last write, whatever index_on_revoke says (%s), when its tokens are gone',
    (index_on_revoke) => {
      const nodes = alone(1, withConfig({ index_on_revoke }), givenUser())
      const tokens = Array.from({ length: 60 }, () => login(nodes))
      nodes.begin('POST', 'auth/token/create', { id: 'other', policies: ['default'] })
      nodes.commit()
      const { turns, answer } = finish(nodes, () => nodes.begin('DELETE', 'sys/auth/userpass'))
      expect(turns.length).toBeGreaterThan(1)
      expect(answer.reply.status).toBe(204)
      expect([indexIn(answer), answer.served.wrote]).toEqual([nodes.node.log.head, nodes.node.log.head])
      const statusOf = (token: string): number | undefined => {
        const effects = nodes.begin('GET', 'auth/token/lookup-self', undefined, { token })
        return repliesIn(effects)[0]?.reply.status
      }
      expect(tokens.map(statusOf)).toEqual(tokens.map(() => 403))
      expect(statusOf('other')).toBe(200)
    },
  )

  it('looks for its tokens in slices, however much is stored', () => {
    const nodes = alone(1, undefined, givenUser())
    const token = login(nodes)
    for (let at = 0; at < 3 * KEYS_A_SLICE; at++) {
      nodes.node.store.applyChange({ scope: 'local', namespace: '', key: `logical/other/${at}`, value: {} })
    }
    const late = login(nodes)
    const { turns } = finish(nodes, () => nodes.begin('DELETE', 'sys/auth/userpass'))
    expect(turns.length).toBeGreaterThanOrEqual(4)
    for (const one of [token, late]) {
      const [answer] = repliesIn(nodes.begin('GET', 'auth/token/lookup-self', undefined, { token: one }))
      expect(answer?.reply.status).toBe(403)
    }
  })

  it('that is enabled again at its path while the old one goes keeps its own tokens', () => {
    const nodes = alone(1, undefined, givenUser())
    for (let at = 0; at < 60; at++) login(nodes)
    nodes.begin('DELETE', 'sys/auth/userpass')
    expect(nodes.node.revocations).toHaveLength(1)
    nodes.pass(1)
    for (const { method, path, body } of givenUser()) nodes.begin(method, path, body.kind === 'json' ? body.value : {})
    nodes.commit()
    const token = login(nodes)
    while (nodes.node.revocations.length > 0) nodes.happen({ kind: 'continue' })
    nodes.commit()
    const [answer] = repliesIn(nodes.begin('GET', 'auth/token/lookup-self', undefined, { token }))
    expect(answer?.reply.status).toBe(200)
  })
})
