/** Whether the nodes of a cluster have come together, as the control API tells it. */

import { expect } from 'vitest'

interface NodeRow {
  readonly node: string
  /** `standby`: it knows of no active node. */
  readonly role: 'active' | 'performance-standby' | 'standby' | null
  readonly running: boolean
  readonly received: number | null
  readonly applied: number | null
  readonly chain: number | null
}

const CAUGHT_UP_MS_MAX = 15_000
const LOOK_EVERY_MS = 10

/** Waits until every node follows the same active one and has applied the same index, with nobody writing; then they must have applied
 *  the same entries. */
export async function agree(control: string): Promise<void> {
  const nodes = await until(control, (rows) => {
    const isTogether = new Set(rows.flatMap(({ applied, received }) => [applied, received])).size === 1
    return isTogether && rows.every(({ running, role }) => running && role !== 'standby')
  })
  expect(nodes[0]?.chain).toBeTypeOf('number')
  expect(nodes.map(({ chain }) => chain)).toEqual(nodes.map(() => nodes[0]?.chain))
}

/** Waits until a node is active, and answers which. */
export async function activeNode(control: string): Promise<string> {
  const nodes = await until(control, (rows) => rows.some(({ role }) => role === 'active'))
  return nodes.find(({ role }) => role === 'active')?.node ?? ''
}

async function until(control: string, isSo: (nodes: readonly NodeRow[]) => boolean): Promise<readonly NodeRow[]> {
  const end = performance.now() + CAUGHT_UP_MS_MAX
  for (;;) {
    const reply = await fetch(`${control}/state`)
    const { nodes } = (await reply.json()) as { readonly nodes: readonly NodeRow[] }
    if (isSo(nodes)) return nodes
    if (performance.now() > end) throw new Error(`the nodes do not come together: ${JSON.stringify(nodes)}`)
    await new Promise((goOn) => setTimeout(goOn, LOOK_EVERY_MS))
  }
}
