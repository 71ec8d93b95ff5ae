/**
 * The network between two nodes, one direction, one lane.
 * Always holds: what arrives arrives in the order in which it was sent; a cut loses what is under way.
 */

import type { Micros } from '@fourtwelve/protocol'

export interface PeerLink {
  readonly isCut: boolean
  /** Delivers after a delay, and `later`, unless the link is cut before. */
  send(detail: number, deliver: () => void, later?: number): void
  cut(): void
  heal(): void
}

export function createPeerLink(
  delay: () => Micros,
  now: () => Micros,
  after: (delay: Micros, detail: number, run: () => void) => void,
): PeerLink {
  let lastArrival = 0
  let cuts = 0
  let isCut = false
  return {
    get isCut() {
      return isCut
    },
    send(detail, deliver, later = 0) {
      if (isCut) return
      const sentUnder = cuts
      lastArrival = Math.max(lastArrival, now() + delay() + later)
      after((lastArrival - now()) as Micros, detail, () => {
        if (cuts === sentUnder) deliver()
      })
    },
    cut() {
      isCut = true
      cuts += 1
      // What will never arrive holds up nothing that is sent later.
      lastArrival = 0
    },
    heal() {
      isCut = false
    },
  }
}
