/**
 * A node's disk: appends become durable together, one flush after the other (group commit).
 * Always holds: flushes end in the order of their appends; an append during a flush waits for the next one.
 */

import type { Micros, WalIndex } from '@fourtwelve/protocol'

export interface Disk {
  /** Everything up to `through` is to be made durable. */
  append(through: WalIndex): void
}

export function createDisk(
  flushTime: () => Micros,
  after: (delay: Micros, through: WalIndex, flushed: () => void) => void,
  flushed: (through: WalIndex) => void,
): Disk {
  let wanted = 0 as WalIndex
  let durable = 0 as WalIndex
  let busy = false

  const flush = (): void => {
    const through = wanted
    busy = true
    after(flushTime(), through, () => {
      busy = false
      durable = through
      flushed(through)
      if (!busy && wanted > durable) flush()
    })
  }

  return {
    append(through) {
      if (through > wanted) wanted = through
      if (!busy && wanted > durable) flush()
    },
  }
}
