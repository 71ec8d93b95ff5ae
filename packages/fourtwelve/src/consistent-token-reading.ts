/** What a server-side consistent token asks of a node (vault-consistency 1.5), and what becomes of it where that is not met. */

import { hex, MAC_BYTES, type ServiceToken, type Uint64 } from '@fourtwelve/protocol'
import { namespaceNamed, namespaceWords, type TokenReading } from './token-facts.ts'

export function consistentToken(
  token: string,
  { version, mac, inner, localIndex, indexEpoch }: ServiceToken,
): TokenReading {
  const namespace = namespaceNamed(inner)
  const odd = [
    ...(Number(version) === 1 ? [] : [`Its version is ${version}; Vault writes 1.`]),
    ...(mac.length === MAC_BYTES
      ? []
      : [`Its HMAC has ${mac.length} bytes, not ${MAC_BYTES}: every node answers it with 403.`]),
  ]
  return {
    facts: {
      type: 'service',
      format: 'server-side consistent',
      version,
      inner,
      namespace,
      local_index: localIndex,
      index_epoch: indexEpoch,
      length: token.length,
      hmac: hex(mac),
    },
    lines: [
      `A service token of ${namespaceWords(namespace)}, server-side consistent (version ${version}, ${token.length} characters).`,
      ...odd,
      '',
      ...(Number(localIndex) === 0 ? NO_INDEX_LINES : needLines(localIndex, indexEpoch)),
      '',
      UNVERIFIED,
    ],
  }
}

const NO_INDEX_LINES: readonly string[] = [
  '  WAL index  0',
  '',
  'It asks nothing of a node: it was made by a server without a replicated log, such as the Community edition,',
  'or before the log began. A node that does not know it answers 403.',
]

function needLines(index: Uint64, epoch: Uint64): string[] {
  return [
    `  WAL index  ${index}`,
    `  epoch      ${epoch}`,
    '',
    `A node takes it when it has applied WAL index ${index}: the last entry that creating the token wrote.`,
    `  - A performance standby that is behind answers 412 "required index state not present", at once and every`,
    `    time, until it has caught up. With allow_forwarding_via_token = "new_token" it forwards to the active node.`,
    `  - A node whose generation counter is higher than ${epoch} does not ask for the index: it rises when a disaster`,
    `    recovery cluster is promoted, and indexes from before mean nothing there.`,
    `  - A node that is up to date and does not know the token (revoked, expired, another cluster) answers 403.`,
  ]
}

const UNVERIFIED =
  "Its HMAC cannot be checked without the cluster's key: these numbers are what the token claims, not what is proved."
