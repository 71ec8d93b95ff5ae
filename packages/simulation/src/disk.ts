/**
 * A node's disk: appends become durable together, one flush after the other (group commit).
 * Always holds: flushes end in the order of their appends; an append during a flush waits for the next one; what was dropped while it
 * was being flushed is not said to be durable.
 */

import { micros, walIndex, type Micros, type WalIndex } from '@fourtwelve/protocol'

export interface Disk {
  /** Everything up to `through` is to be made durable. */
  append(through: WalIndex): void
  /** What was appended behind `after` is dropped. */
  truncate(after: WalIndex): void
  /** From now on each flush takes so much longer. */
  slow(by: Micros): void
  /** The power is gone: nothing more is flushed. */
  stop(): void
}

export function createDisk(
  flushTime: () => Micros,
  after: (delay: Micros, through: WalIndex, flushed: () => void) => void,
  flushed: (through: WalIndex) => void,
): Disk {
  let wanted = walIndex(0)
  let durable = walIndex(0)
  /** The least that was kept since the flush under way began. */
  let kept = Number.POSITIVE_INFINITY
  let busy = false
  let slower = 0
  let isStopped = false

  const flush = (): void => {
    const through = wanted
    busy = true
    kept = Number.POSITIVE_INFINITY
    after(micros(flushTime() + slower), through, () => {
      if (isStopped) return
      busy = false
      durable = walIndex(Math.min(through, kept))
      flushed(durable)
      if (!busy && wanted > durable) flush()
    })
  }

  return {
    append(through) {
      if (through > wanted) wanted = through
      if (!busy && wanted > durable) flush()
    },
    truncate(last) {
      wanted = walIndex(Math.min(wanted, last))
      durable = walIndex(Math.min(durable, last))
      kept = Math.min(kept, last)
    },
    slow(by) {
      slower = by
    },
    stop() {
      isStopped = true
    },
  }
}
