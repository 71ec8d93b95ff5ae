/**
 * The faults of a run: when they happen, whom they hit, and how they end.
 * Always holds: what ends a fault hits the node or link that the fault hit; what a later fault has replaced is not ended twice;
 * after `endAll` nothing holds and nothing begins; every draw comes from one stream, so that a simulated run repeats.
 */

import type { Chance, Cluster, Fault } from '@fourtwelve/cluster'
import { micros, type Micros, type NodeId } from '@fourtwelve/protocol'
import { isEnding, killing, pausing, takesNodeDown, touched, undoing } from './fault-effects.ts'
import type { Measurements } from './measurements.ts'
import type { PlannedFault } from './planned-fault.ts'
import { resolveFault } from './resolve-target.ts'
import { lagOfLink, type FaultRow, type RepeatedFault, type Scenario } from './scenario.ts'

export interface FaultRunner {
  /** Starts the rows of the file. */
  start(rows: readonly FaultRow[]): void
  /** Does it now, and ends it after `lasting`. Null: it was left out, because its target is nobody now or the faults are over. */
  inflict(planned: PlannedFault, lasting: Micros | null): Fault | null
  /** Whether this run has paused the node. */
  isPaused(node: NodeId): boolean
  endAll(): void
}

/** A fault that holds. */
interface Held {
  readonly undo: Fault
}

/** No draw of a distance is further from its mean than this part of it. */
const JITTER = 0.5

/** Faults that need a process to act on. */
const NEEDS_PROCESS: ReadonlySet<Fault['kind']> = new Set(['pause', 'resume', 'step-down'])

export function createFaultRunner(
  cluster: Cluster,
  { lag }: Pick<Scenario, 'lag'>,
  measurements: Measurements,
): FaultRunner {
  const holding = new Map<string, Held>()
  let stream: Chance | null = null
  let isOver = false
  let hasBackup = false
  const chance = (): Chance => (stream ??= cluster.chance('faults'))

  const carryOut = (fault: Fault, ends: boolean): void => {
    for (const what of touched(fault)) holding.delete(what)
    if (fault.kind === 'backup') hasBackup = true
    // Every node begins a new life: whoever was killed or paused is back.
    if (fault.kind === 'promote' || (fault.kind === 'restore' && hasBackup)) {
      for (const node of cluster.nodes) for (const what of [killing(node), pausing(node)]) holding.delete(what)
    }
    measurements.fault(fault, ends)
    cluster.inflict(fault)
  }

  const resolved = (planned: PlannedFault): Fault | null => {
    const statuses = cluster.state()
    const fault = resolveFault(planned, { statuses, chance, lag })
    if (fault === null || !('node' in fault) || !NEEDS_PROCESS.has(fault.kind)) return fault
    return statuses.some(({ node, running }) => running && node === fault.node) ? fault : null
  }

  const inflict = (planned: PlannedFault, lasting: Micros | null): Fault | null => {
    const fault = isOver ? null : resolved(planned)
    if (fault === null) {
      measurements.faultLeftOut()
      return null
    }
    carryOut(fault, isEnding(fault) || (fault.kind === 'restart' && holding.has(killing(fault.node))))
    const undo = undoing(fault, (link) => lagOfLink(lag, link))
    const [what] = touched(fault)
    if (undo === null || what === undefined) return fault
    const held: Held = { undo }
    holding.set(what, held)
    if (lasting !== null) {
      cluster.after(lasting, () => {
        if (holding.get(what) === held) carryOut(undo, true)
      })
    }
    return fault
  }

  const isDown = (node: NodeId): boolean => holding.has(killing(node)) || holding.has(pausing(node))

  /** Whether one more node may go down without a majority being in doubt. */
  const mayTakeDown = (): boolean => {
    const down = cluster.state().filter(({ node, running }) => !running || isDown(node)).length
    return down + 1 <= Math.floor((cluster.nodes.length - 1) / 2)
  }

  const repeat = (row: RepeatedFault): void => {
    const distance = (): number => row.every * (1 - JITTER + 2 * JITTER * chance().unit())
    const lasting = (): number => (row.for === null ? 0 : row.for.min + chance().below(row.for.max - row.for.min + 1))
    const isPast = (time: number): boolean => row.until !== null && time >= row.until
    const comeAt = (time: number): void => {
      if (isPast(time)) return
      cluster.after(micros(Math.max(0, Math.round(time) - cluster.now())), () => {
        if (isOver) return
        const began = cluster.now()
        const time = lasting()
        const able = row.minority && !mayTakeDown() ? row.faults.filter((fault) => !takesNodeDown(fault)) : row.faults
        const drawn = able[able.length === 0 ? 0 : chance().below(able.length)]
        if (drawn === undefined) measurements.faultLeftOut()
        const fault = drawn === undefined ? null : inflict(drawn, micros(Math.max(1, time)))
        const ended = fault === null || touched(fault).length === 0 ? began : began + time
        comeAt(Math.max(began + distance(), ended))
      })
    }
    comeAt(row.from + distance())
  }

  return {
    inflict,
    isPaused: (node) => holding.has(pausing(node)),
    start(rows) {
      for (const row of rows) {
        if (row.kind === 'repeated') repeat(row)
        else cluster.after(row.at, () => inflict(row.fault, row.for))
      }
    },
    endAll() {
      isOver = true
      for (const { undo } of holding.values()) carryOut(undo, true)
    },
  }
}
