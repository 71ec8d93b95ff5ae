import { describe, expect, test } from 'vitest'
import { play } from './play-scenario.ts'

const withRouting = (routing: string): readonly string[] => {
  const { calls } = play(`question: q
topology: { standbys: 2 }
duration: 1s
clients:
  - name: c
    sessions: 1
    arrival: { rate: 3/s }
    routing: ${routing}
    flow:
      - { get: sys/leader, token: none }
      - { get: sys/health, token: none, node: n2, expect: 473 }
expect: { witnesses: [requests == 6] }
`)
  return calls.map(({ node, path }) => `${path.slice('sys/'.length)} ${node}`)
}

describe('a request of a flow that names its node', () => {
  test.each(['sticky', 'round-robin', 'random', 'active-only', 'n1'])(
    'goes there whatever the routing %s says',
    (routing) => {
      const sent = withRouting(routing)
      expect(sent.filter((line) => line.startsWith('health'))).toEqual(['health n2', 'health n2', 'health n2'])
    },
  )

  test('takes no turn from those that do not', () => {
    expect(withRouting('round-robin').filter((line) => line.startsWith('leader'))).toEqual([
      'leader n0',
      'leader n1',
      'leader n2',
    ])
  })

  test('goes there again when it is retried, until that node has what it lacked', () => {
    const { calls, replies } = play(`question: q
topology: { standbys: 2 }
lag: 2s
duration: 1s
clients:
  - name: c
    sessions: 2
    arrival: once
    routing: random
    mitigation: go
    flow:
      - { post: auth/token/create, node: n0, body: { policies: [default] }, save: { tok: auth.client_token } }
      - { get: auth/token/lookup-self, node: n1, token: tok }
expect: { witnesses: [http_412 >= 2] }
`)
    const used = calls.filter(({ path }) => path === 'auth/token/lookup-self')
    expect(new Set(used.map(({ node }) => node))).toEqual(new Set(['n1']))
    expect(used.map(({ attempt }) => attempt).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2, 3, 3])
    const statuses = replies.map(({ status }) => status)
    expect(statuses.filter((status) => status === 412)).toHaveLength(4)
    expect(statuses.slice(-2)).toEqual([200, 200])
  })
})
