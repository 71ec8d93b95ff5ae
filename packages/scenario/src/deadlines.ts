/**
 * When the operations of one session run into the client's own deadline.
 * Always holds: an operation that has ended leaves nothing behind; however many are under way, one timer is set, since all have
 * the same time and so the first that began is the first that is due.
 */

import { timeLeft, type ClientPolicy } from '@fourtwelve/client'
import type { Cluster } from '@fourtwelve/cluster'
import { micros, type Micros } from '@fourtwelve/protocol'

export interface Deadlines {
  /** An operation begins now. `missed` is called at its deadline, unless what is returned was called before. */
  begin(missed: () => void): () => void
}

export function createDeadlines(cluster: Pick<Cluster, 'now' | 'after'>, policy: ClientPolicy): Deadlines {
  const timeout = timeLeft(policy, micros(0))
  if (timeout === null) return { begin: () => () => undefined }
  /** In the order of their beginnings. */
  const open = new Set<{ readonly at: Micros; readonly missed: () => void }>()
  let isTimerSet = false

  const setTimer = (): void => {
    const [first] = open
    if (isTimerSet || first === undefined) return
    isTimerSet = true
    cluster.after(micros(Math.max(0, first.at - cluster.now())), () => {
      isTimerSet = false
      for (const deadline of open) {
        if (deadline.at > cluster.now()) break
        open.delete(deadline)
        deadline.missed()
      }
      setTimer()
    })
  }

  return {
    begin(missed) {
      const deadline = { at: micros(cluster.now() + timeout), missed }
      open.add(deadline)
      setTimer()
      return () => open.delete(deadline)
    },
  }
}
