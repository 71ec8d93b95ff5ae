import { describe, expect, it } from 'vitest'
import { oneNode, type OneNode } from '../../one-node.ts'
import { part } from '../answer-parts.ts'

const NOT_BATCH = "'token_type' cannot be 'batch' or 'default_batch' when set to generate"

/** A mount that gives service tokens when its users are written, and is tuned afterwards. */
function tuned(tokenType: string): OneNode {
  const node = oneNode()
  node.ask('POST', 'sys/auth/userpass', { type: 'userpass' })
  const user = { password: 'secret', token_policies: ['default'] }
  node.ask('POST', 'auth/userpass/users/periodic', { ...user, token_period: '1h' })
  node.ask('POST', 'auth/userpass/users/counted', { ...user, token_num_uses: 3 })
  node.ask('POST', 'auth/userpass/users/plain', user)
  expect(node.ask('POST', 'sys/auth/userpass/tune', { token_type: tokenType }).status).toBe(204)
  return node
}
const login = (node: OneNode, user: string): ReturnType<OneNode['ask']> =>
  node.ask('POST', `auth/userpass/login/${user}`, { password: 'secret' }, null)

describe.each(['batch', 'default-batch'])('a userpass mount tuned to %s', (tokenType) => {
  it('refuses a user whose token would be periodic or counted, which no batch token is', () => {
    const node = tuned(tokenType)
    const refusal = (text: string): object => ({ status: 400, body: { errors: [`${NOT_BATCH} ${text}`] } })
    expect(login(node, 'periodic')).toMatchObject(refusal('periodic tokens'))
    expect(login(node, 'counted')).toMatchObject(refusal('tokens with limited use count'))
    expect(part(login(node, 'plain'), 'auth.token_type')).toBe('batch')
  })
})

it('a userpass mount tuned to service gives both', () => {
  const node = tuned('service')
  expect(part(login(node, 'periodic'), 'auth.token_type')).toBe('service')
  expect(part(login(node, 'counted'), 'auth.num_uses')).toBe(3)
})
