/** What the history says of a fault beside its kind. Always holds: whatever a fault has is in its target or its note. */

import { formatDuration, type FaultRecord } from '@fourtwelve/protocol'
import type { Fault } from './fault.ts'
import { lagWords } from './lag-words.ts'

/** The link or node; empty for the whole cluster. */
export const faultTarget = (fault: Fault): FaultRecord['target'] =>
  'link' in fault ? fault.link : 'node' in fault ? fault.node : ''

type WithoutTarget<F> = F extends Fault ? Omit<F, 'node' | 'link'> : never
type FaultDetails = WithoutTarget<Fault>

/** What goes with a fault, whatever it hits, as files and histories tell it: `by 20ms`, `one way`; empty when nothing does. */
export function faultNote(fault: FaultDetails): string {
  switch (fault.kind) {
    case 'lag': {
      const words = lagWords(fault.lag)
      return typeof words === 'string' ? words : JSON.stringify(words)
    }
    case 'cut':
      return fault.oneWay ? 'one way' : ''
    case 'kill':
      return fault.loses === 'nothing' ? 'loses nothing' : ''
    case 'forwarding':
      return fault.fails ? 'fails' : `+${formatDuration(fault.delay)}`
    case 'slow-disk':
    case 'slow-apply':
    case 'clock-skew':
      return `by ${formatDuration(fault.by)}`
    case 'shipper-buffer':
      return fault.entries === null ? 'as configured' : `${fault.entries} entries`
    case 'hold':
    case 'release':
    case 'heal':
    case 'pause':
    case 'resume':
    case 'restart':
    case 'step-down':
    case 'promote':
    case 'backup':
    case 'restore':
      return ''
  }
}
