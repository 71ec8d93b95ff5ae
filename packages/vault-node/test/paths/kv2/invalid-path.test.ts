import { describe, expect, it } from 'vitest'
import { oneNode } from '../../one-node.ts'
import { part } from '../answer-parts.ts'
import { writeData } from './ask-secret.ts'

const advice = (command: string): string =>
  `Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv ${command}' for this operation.`

describe('a version 1 path of a version 2 mount', () => {
  const node = oneNode()
  writeData(node, 'a', { x: 1 })

  it.each([
    ['GET', 'secret/a', 'get'],
    ['PUT', 'secret/a', 'put'],
    ['PATCH', 'secret/a', 'patch'],
    ['DELETE', 'secret/a', 'delete'],
    ['LIST', 'secret/a', 'list'],
    ['LIST', 'secret/', 'list'],
    ['LIST', 'secret/data/', 'list'],
    ['GET', 'secret/data/a/', 'get'],
    ['DELETE', 'secret/data/a/', 'delete'],
  ] as const)('%s %s is answered 404 with advice', (method, path, command) => {
    const reply = node.ask(method, path, method === 'PUT' || method === 'PATCH' ? { x: 1 } : undefined)
    expect(reply.status).toBe(404)
    expect(reply.body).toMatchObject({ data: null, warnings: [advice(command)], mount_type: 'kv' })
  })

  it('says so when an operation has no secret', () => {
    const warning = 'Non-listing operations on the root of a K/V v2 mount are not supported.'
    for (const path of ['secret/data', 'secret/metadata', 'secret/destroy']) {
      for (const method of ['GET', 'DELETE', 'PATCH', 'POST'] as const) {
        expect(part(node.ask(method, path, {}), 'warnings')).toEqual([warning])
      }
    }
    expect(node.ask('GET', 'secret/metadata/')).toMatchObject({ status: 404, body: { errors: [] } })
  })

  it('leaves the secret alone', () => {
    expect(node.ask('GET', 'secret/data/a').status).toBe(200)
  })
})
