/** What is taken of a node's state for backups and disks. */

import { DEFAULT_SERVER_CONFIG, micros, nodeId, term, walIndex, type ClusterId } from '@fourtwelve/protocol'
import { committedState, durableState, foundCluster, joinCluster, step } from '@fourtwelve/vault-node'
import { expect, test } from 'vitest'
import { createTestCrypto } from '../test-crypto.ts'

const NOW = micros(1_767_225_600_000_000)

test('while a snapshot waits to be seen, the term of what is applied is still its own', () => {
  const crypto = createTestCrypto()
  const founding = { cluster: 'c' as ClusterId, clusterName: 'c', term: term(1), config: DEFAULT_SERVER_CONFIG }
  const { entries } = foundCluster(founding, null, [], NOW, crypto)
  const [active, id] = [nodeId(0), nodeId(1)]
  const standby = joinCluster({ ...founding, id, nodes: [active, id], active }, entries, NOW, crypto)
  const { applied } = standby.log
  expect(committedState(standby)).toMatchObject({ index: applied, term: 1 })
  for (const newer of [3, 4]) {
    const snapshot = { index: walIndex(applied + 10 * newer), term: term(newer), chain: newer, values: [] }
    const message = { kind: 'snapshot', term: term(newer), snapshot } as const
    step(standby, { kind: 'message', from: active, message }, NOW, crypto)
    expect(standby.log.snapshot).toBe(snapshot)
    // It is not on the disk yet: a node that ends now comes back with what it had.
    expect(committedState(standby)).toMatchObject({ index: applied, term: 1 })
    expect(durableState(standby, applied)).toMatchObject({ index: applied, term: 1 })
  }
})
