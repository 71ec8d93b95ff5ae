/**
 * How an answer came about, as headers: what no Vault tells, and a test wants to know.
 * Always holds: what is written here is read back as it was; `X-Fourtwelve-Required`, `-Forwarded`, `-Wait-Timed-Out` and
 * `-Redirect-To` stand only where there was something of the kind.
 */

import {
  epoch,
  FORWARD_CAUSES,
  NO_INDEX,
  walIndex,
  type ForwardCause,
  type NodeId,
  type Served,
} from '@fourtwelve/protocol'

/** The node that the client spoke to. Stands on every answer, also on those that no node had a part in. */
export const NODE_HEADER = 'X-Fourtwelve-Node'
/** With a 307: the node whose address Location has. */
export const REDIRECT_HEADER = 'X-Fourtwelve-Redirect-To'

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
  if (served.required > 0) headers.push('X-Fourtwelve-Required', String(served.required))
  if (served.forwarded !== null) headers.push('X-Fourtwelve-Forwarded', served.forwarded)
  if (served.waitTimedOut) headers.push('X-Fourtwelve-Wait-Timed-Out', 'true')
  return headers
}

/**
 * Reads what `servedHeaders` wrote. `header` finds a value by its name in small letters. An answer without, which the node had
 * no part in, was served where it was asked and read nothing.
 */
export function readServed(asked: NodeId, header: (name: string) => string | undefined): Served {
  const number = (name: string): number => Number(header(`x-fourtwelve-${name}`) ?? NO_INDEX)
  const forwarded = header('x-fourtwelve-forwarded')
  return {
    node: asked,
    by: (header('x-fourtwelve-by') ?? asked) as NodeId,
    applied: walIndex(number('applied')),
    appliedHere: walIndex(number('applied-here')),
    required: walIndex(number('required')),
    epoch: epoch(number('epoch')),
    forwarded: forwarded !== undefined && isForwardCause(forwarded) ? forwarded : null,
    wrote: walIndex(number('wrote')),
    waitTimedOut: header('x-fourtwelve-wait-timed-out') === 'true',
  }
}

const isForwardCause = (text: string): text is ForwardCause => (FORWARD_CAUSES as readonly string[]).includes(text)
