/**
 * How an answer came about, as headers: what no Vault tells, and a test wants to know.
 * Always holds: `X-Fourtwelve-Forwarded` and `-Wait-Timed-Out` stand only where there was something of the kind; the others always.
 */

import type { Served } from '@fourtwelve/protocol'

/** The node that the client spoke to. Stands on every answer, also on those that no node had a part in. */
export const NODE_HEADER = 'X-Fourtwelve-Node'

/** Names and values in turn; all but NODE_HEADER. */
export function servedHeaders(served: Served): readonly string[] {
  const headers = [
    'X-Fourtwelve-By',
    served.by,
    'X-Fourtwelve-Applied',
    String(served.applied),
    'X-Fourtwelve-Applied-Here',
    String(served.appliedHere),
    'X-Fourtwelve-Epoch',
    String(served.epoch),
    'X-Fourtwelve-Wrote',
    String(served.wrote),
  ]
  if (served.forwarded !== null) headers.push('X-Fourtwelve-Forwarded', served.forwarded)
  if (served.waitTimedOut) headers.push('X-Fourtwelve-Wait-Timed-Out', 'true')
  return headers
}
