/**
 * The rules of a gate written down without regard to cost: one row an entry, everything computed anew. What the real one,
 * with its queue, must agree with.
 */

import { RAFT_HEARTBEAT_MS, sampler, type Chance, type LagModel } from '@fourtwelve/cluster'
import { MICROS_PER_MS } from '@fourtwelve/protocol'

interface Entry {
  readonly index: number
  readonly commit: number
  due: number
}

export class ReferenceGate {
  #entries: Entry[] = []
  #known = 0
  #applied = 0
  held = false
  #model: LagModel
  #draw: () => number
  readonly #chance: Chance

  constructor(model: LagModel, chance: Chance) {
    this.#chance = chance
    this.#model = model
    this.#draw = this.#drawFor(model)
  }

  get known(): number {
    return this.#known
  }

  #drawFor(model: LagModel): () => number {
    if (model.kind === 'drawn') return sampler(model.from, this.#chance)
    const period = RAFT_HEARTBEAT_MS * MICROS_PER_MS
    const phase = this.#chance.below(period)
    return () => phase
  }

  learn(through: number, commit: number, now: number): void {
    if (through <= this.#known) return
    let batchLag: number | null = null
    for (let index = this.#known + 1; index <= through; index++) {
      this.#entries.push({ index, commit, due: 0 })
      const entry = this.#entries.at(-1)
      if (entry === undefined) return
      if (this.#model.kind === 'raft') {
        const phase = this.#draw()
        let beat = phase
        while (beat < now) beat += RAFT_HEARTBEAT_MS * MICROS_PER_MS
        entry.due = beat
      } else {
        batchLag = batchLag === null || this.#model.sample === 'entry' ? this.#draw() : batchLag
        entry.due = Math.max(now, commit + batchLag)
      }
    }
    this.#known = through
  }

  appended(now: number): void {
    if (this.#model.kind !== 'raft') return
    for (const entry of this.#entries) entry.due = Math.min(entry.due, now)
  }

  setLag(model: LagModel, now: number): void {
    const waiting = this.#entries.filter((entry) => entry.index > this.#applied)
    this.#entries = []
    this.#known = this.#applied
    this.#model = model
    this.#draw = this.#drawFor(model)
    for (const commit of new Set(waiting.map((entry) => entry.commit))) {
      const last = waiting.findLast((entry) => entry.commit === commit)
      this.learn(last?.index ?? 0, commit, now)
    }
  }

  /** When each waiting entry is due: the latest of its own time and of those before it. */
  #dueTimes(): readonly { readonly index: number; readonly due: number }[] {
    let latest = 0
    return this.#entries.map(({ index, due }) => ({ index, due: (latest = Math.max(latest, due)) }))
  }

  due(now: number): number {
    if (this.held) return this.#applied
    for (const { index, due } of this.#dueTimes()) if (due <= now) this.#applied = Math.max(this.#applied, index)
    return this.#applied
  }

  next(): number | null {
    if (this.held) return null
    return this.#dueTimes().find(({ index }) => index > this.#applied)?.due ?? null
  }
}
