/** The warning about fields that a path does not know comes last, whoever gave the others (vault-http-api 1.7). */

import { expect, test } from 'vitest'
import { NodeGroup } from '../node-pair.ts'

test.each([
  [0, 'service'],
  [1, 'service'],
  [0, 'batch'],
  [1, 'batch'],
] as const)('on node %i, for a %s token', (ordinal, type) => {
  const group = new NodeGroup()
  const json = { type, ttl: '1h', policies: ['nowhere'], foo: 1 }
  const id = group.begin(ordinal, group.request('POST', 'auth/token/create', { json }))
  group.catchUp()
  expect(group.answerOf(id)?.reply.body?.['warnings']).toEqual([
    'Policy "nowhere" does not exist',
    'Endpoint ignored these unrecognized parameters: [foo]',
  ])
})
