/**
 * What a policy adds to a request before it is sent: stored states, and the header that asks for forwarding.
 * Always holds: what the request says itself stays as it is and comes first; preparing a prepared request changes
 * nothing.
 */

import type { VaultRequest } from '@fourtwelve/protocol'
import type { ClientPolicy } from './client-policy.ts'
import type { IndexMemory } from './index-memory.ts'

/** The one value that either header acts on (vault-consistency 3.4). */
const FORWARD_INCONSISTENT = 'forward-active-node'
const FORWARD_ALWAYS = 'active-node'

/**
 * The request as it goes over the wire. To be called once a call, not once an attempt: the Go client sets its headers
 * before the first attempt and repeats the same request, even when an answer in between carried a newer state
 * (api/client.go rawRequestWithContext).
 */
export function prepare(policy: ClientPolicy, memory: IndexMemory, request: VaultRequest): VaultRequest {
  const index = policy.index.kind === 'remember' ? withStored(request.index, memory) : request.index
  switch (policy.forward) {
    case 'never':
      return { ...request, index }
    case 'conditional':
      // Without an index nothing is inconsistent: the header could only earn a 400 from a server that does not allow it.
      return index.length === 0
        ? { ...request, index }
        : { ...request, index, inconsistent: request.inconsistent || FORWARD_INCONSISTENT }
    case 'always':
      return { ...request, index, forward: request.forward || FORWARD_ALWAYS }
  }
}

/** The request's own states, then the stored ones that are not among them: the Go client's order of callbacks and store. */
function withStored(own: readonly string[], memory: IndexMemory): readonly string[] {
  if (memory.length === 0) return own
  return [...own, ...memory.filter((header) => !own.includes(header))]
}
