/** Whether the nodes of a cluster have come together, as the control API tells it. */

import { expect } from 'vitest'

interface NodeRow {
  readonly node: string
  readonly running: boolean
  readonly received: number | null
  readonly applied: number | null
  readonly chain: number | null
}

const CAUGHT_UP_MS_MAX = 15_000
const LOOK_EVERY_MS = 10

/** Waits until every node has applied the same index, with nobody writing; then they must have applied the same entries. */
export async function agree(control: string): Promise<void> {
  const end = performance.now() + CAUGHT_UP_MS_MAX
  for (;;) {
    const reply = await fetch(`${control}/state`)
    const { nodes } = (await reply.json()) as { readonly nodes: readonly NodeRow[] }
    const isTogether = new Set(nodes.flatMap(({ applied, received }) => [applied, received])).size === 1
    if (isTogether && nodes.every(({ running }) => running)) {
      expect(nodes[0]?.chain).toBeTypeOf('number')
      expect(nodes.map(({ chain }) => chain)).toEqual(nodes.map(() => nodes[0]?.chain))
      return
    }
    if (performance.now() > end) throw new Error(`the nodes do not come together: ${JSON.stringify(nodes)}`)
    await new Promise((goOn) => setTimeout(goOn, LOOK_EVERY_MS))
  }
}
