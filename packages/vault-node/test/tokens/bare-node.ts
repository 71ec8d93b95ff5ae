/** Nodes with an empty store and turns on them, for tests of what stands below requests. */

import {
  DEFAULT_SERVER_CONFIG,
  nodeId,
  seconds,
  term,
  type ClusterId,
  type Micros,
  type ServerConfig,
  type Switches,
  type WalEntry,
} from '@fourtwelve/protocol'
import { createNode, type NodeState } from '../../dist/node-state.js'
import type { NewToken } from '../../dist/tokens/new-token.js'
import { beginTurn, endTurn, type Turn } from '../../dist/turn.js'
import { createTestCrypto } from '../test-crypto.ts'

export const NOW: Micros = seconds(1_767_225_600)

export const crypto = createTestCrypto()

export const withSwitches = (switches: Partial<Switches>): ServerConfig => ({
  ...DEFAULT_SERVER_CONFIG,
  switches: { ...DEFAULT_SERVER_CONFIG.switches, ...switches },
})

function bareNode(ordinal: number, config: ServerConfig): NodeState {
  const nodes = [nodeId(0), nodeId(1)]
  const cluster = 'bare' as ClusterId
  return createNode({
    id: nodeId(ordinal),
    cluster,
    clusterName: 'bare',
    nodes,
    active: nodeId(0),
    term: term(1),
    config,
  })
}

export const activeNode = (config: ServerConfig = DEFAULT_SERVER_CONFIG): NodeState => bareNode(0, config)
export const standbyNode = (config: ServerConfig = DEFAULT_SERVER_CONFIG): NodeState => bareNode(1, config)

/** Does something in one turn and answers what was written. */
export function inTurn(node: NodeState, act: (turn: Turn) => void, now: Micros = NOW): readonly WalEntry[] {
  const turn = beginTurn(node, now, crypto)
  act(turn)
  endTurn(turn)
  return turn.written
}

/** Makes entries visible on a standby. */
export function show(node: NodeState, entries: readonly WalEntry[]): void {
  for (const entry of entries) for (const change of entry.changes) node.store.applyChange(change)
}

export const newToken = (given: Partial<NewToken> = {}): NewToken => ({
  type: 'service',
  customId: null,
  parent: '',
  policies: ['default'],
  path: 'auth/token/create',
  meta: null,
  displayName: 'token',
  numUses: 0,
  ttl: 3600,
  maxTtl: 0,
  explicitMaxTtl: 0,
  period: 0,
  renewable: true,
  leased: true,
  entityId: '',
  ...given,
})
