/**
 * What a value of X-Vault-Index says, as data and in sentences.
 * Always holds: no text makes it throw.
 */

import { decodeIndexState, hex, isIndexDefect, MAC_BYTES, type IndexState, type Uint64 } from '@fourtwelve/protocol'

interface IndexFacts {
  readonly version: string
  readonly cluster_id: string
  /** What a node must have applied of its own cluster's log. */
  readonly local_index: Uint64
  /** What a node must have applied of the primary cluster's log; 0 on a primary. */
  readonly replicated_index: Uint64
  /** Hexadecimal. */
  readonly hmac: string
}

export type IndexReading =
  | { readonly facts: IndexFacts; readonly lines: readonly string[] }
  | { readonly refused: string }

export function readIndex(header: string): IndexReading {
  if (header === '') return { refused: 'there is no value of X-Vault-Index: what was given is empty' }
  if (/^hv[sbr]\./.test(header)) {
    return { refused: 'this is no value of X-Vault-Index but a token: read it with fourtwelve token decode' }
  }
  const state = decodeIndexState(header)
  if (isIndexDefect(state)) return { refused: `this is no value of X-Vault-Index: ${state.defect}` }
  const { version, clusterId, localIndex, replicatedIndex, mac } = state
  return {
    facts: {
      version,
      cluster_id: clusterId,
      local_index: localIndex,
      replicated_index: replicatedIndex,
      hmac: hex(mac),
    },
    lines: linesOf(state),
  }
}

function linesOf({ version, clusterId, localIndex, replicatedIndex, mac }: IndexState): string[] {
  const replicated = Number(replicatedIndex) === 0 ? '' : `, and ${replicatedIndex} of the primary cluster's log`
  return [
    `A value of X-Vault-Index (${version}).`,
    '',
    `  cluster           ${clusterId}`,
    `  local index       ${localIndex}`,
    `  replicated index  ${replicatedIndex}`,
    ...(mac.length === MAC_BYTES ? [] : ['', `Its HMAC has ${mac.length} bytes, not ${MAC_BYTES}: no Vault made it.`]),
    '',
    `A request with it is served by a node of this cluster that has applied WAL index ${localIndex}${replicated}.`,
    '  - A performance standby that is behind answers 412 "required index state not present", at once. It does so even with',
    '    allow_forwarding_via_token = "new_token".',
    '  - With X-Vault-Inconsistent: forward-active-node, and allow_forwarding_via_header = true on the servers, it forwards',
    '    the request to the active node instead.',
    '',
    "Its HMAC cannot be checked without the cluster's key: these numbers are what the value claims, not what is proved.",
  ]
}
