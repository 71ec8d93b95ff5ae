/**
 * What a fault leaves behind, and what ends it.
 * Always holds: what undoes a fault hits the same node or link; a fault that leaves nothing behind has no undoing.
 */

import type { Fault, LagModel } from '@fourtwelve/cluster'
import { micros, type LinkId } from '@fourtwelve/protocol'

const NOTHING = micros(0)

/** What ends the fault; null when it leaves nothing behind, or ends another one itself. `usualLag` is what the file says of a link. */
export function undoing(fault: Fault, usualLag: (link: LinkId) => LagModel): Fault | null {
  if (isEnding(fault)) return null
  switch (fault.kind) {
    case 'lag':
      return { ...fault, lag: usualLag(fault.link) }
    case 'hold':
      return { kind: 'release', link: fault.link }
    case 'cut':
      return { kind: 'heal', link: fault.link }
    case 'pause':
      return { kind: 'resume', node: fault.node }
    case 'kill':
      return { kind: 'restart', node: fault.node }
    case 'forwarding':
      return { ...fault, delay: NOTHING, fails: false }
    case 'slow-disk':
    case 'slow-apply':
    case 'clock-skew':
      return { ...fault, by: NOTHING }
    case 'shipper-buffer':
      return { ...fault, entries: null }
    case 'release':
    case 'heal':
    case 'resume':
    case 'restart':
    case 'step-down':
    case 'promote':
    case 'backup':
    case 'restore':
      return null
  }
}

/** Whether the fault puts something back as it was. */
export function isEnding(fault: Fault): boolean {
  switch (fault.kind) {
    case 'release':
    case 'heal':
    case 'resume':
      return true
    case 'forwarding':
      return fault.delay === 0 && !fault.fails
    case 'slow-disk':
    case 'slow-apply':
    case 'clock-skew':
      return fault.by === 0
    case 'shipper-buffer':
      return fault.entries === null
    case 'lag':
    case 'hold':
    case 'cut':
    case 'pause':
    case 'kill':
    case 'restart':
    case 'step-down':
    case 'promote':
    case 'backup':
    case 'restore':
      return false
  }
}

/** Whether its node is out of work while it holds, or is started anew. */
export const takesNodeDown = ({ kind }: { readonly kind: string }): boolean =>
  kind === 'kill' || kind === 'pause' || kind === 'restart'

/**
 * What of the cluster the fault changes, each by a name: a later change of the same ends what an earlier one would have ended.
 * A process that ends or begins is not paused any more.
 */
export function touched(fault: Fault): readonly string[] {
  switch (fault.kind) {
    case 'lag':
      return [`lag ${fault.link}`]
    case 'hold':
    case 'release':
      return [`hold ${fault.link}`]
    case 'cut':
    case 'heal':
      return [`cut ${fault.link.split('->').toSorted().join(' ')}`]
    case 'pause':
    case 'resume':
      return [pausing(fault.node)]
    case 'kill':
    case 'restart':
      return [killing(fault.node), pausing(fault.node)]
    case 'forwarding':
    case 'slow-disk':
    case 'slow-apply':
    case 'clock-skew':
    case 'shipper-buffer':
      return [`${fault.kind} ${fault.node}`]
    case 'step-down':
    case 'promote':
    case 'backup':
    case 'restore':
      return []
  }
}

export const pausing = (node: string): string => `pause ${node}`
export const killing = (node: string): string => `kill ${node}`
