/** Faults in words, as files write them: `kill active for 3s`, `slow-disk n1 by 20ms`. */

import { faultNote } from '@fourtwelve/cluster'
import { formatDuration, type Micros } from '@fourtwelve/protocol'
import type { PlannedFault } from './planned-fault.ts'
import type { FaultRow } from './scenario.ts'

/** The fault with its target and what goes with it; `lasting` null: until something ends it. */
export function describeFault(fault: PlannedFault, lasting: Micros | null): string {
  const parts = [fault.kind === 'add-lag' ? 'lag' : fault.kind, targetText(fault), detailsOf(fault)]
  const ending = lasting === null ? '' : ` for ${formatDuration(lasting)}`
  return `${parts.filter((part) => part !== '').join(' ')}${ending}`
}

/** A row of `faults:`: `at 3s: kill active, for 1s`. */
export function describeFaultRow(row: FaultRow): string {
  if (row.kind === 'once') {
    const lasting = row.for === null ? '' : `, for ${formatDuration(row.for)}`
    return `at ${formatDuration(row.at)}: ${describeFault(row.fault, null)}${lasting}`
  }
  const { every, from, until, faults } = row
  const span = `${from === 0 ? '' : ` from ${formatDuration(from)}`}${until === null ? '' : ` until ${formatDuration(until)}`}`
  const lasting = row.for === null ? '' : `, for ${lengthText(row.for)}`
  return `every ${formatDuration(every)} or so${span}: ${faults.map((fault) => describeFault(fault, null)).join(' | ')}${lasting}`
}

const lengthText = ({ min, max }: { readonly min: Micros; readonly max: Micros }): string =>
  min === max ? formatDuration(min) : `${formatDuration(min)} to ${formatDuration(max)}`

/** The target as a file writes it; empty for what is done to the whole cluster. */
function targetText(fault: PlannedFault): string {
  if ('node' in fault) return fault.node
  if (!('link' in fault)) return ''
  const { from, to } = fault.link
  return from === 'random' && to === 'random' ? 'random' : `${from}->${to}`
}

const detailsOf = (fault: PlannedFault): string =>
  fault.kind === 'add-lag' ? `+${formatDuration(fault.add)}` : faultNote(fault)
