/**
 * A load as a script: the same requests, one after the other.
 * Always holds: what is unrolled has steps and neither clients nor rows of faults. What needs requests side by side is lost: whoever
 * tries this looks whether it still shows what it is to show.
 */

import type { JsonValue } from '@fourtwelve/protocol'
import { clientsOf, type FileClient, type FileRow, type ScenarioFile } from './scenario-file.ts'

/** How often each flow is sent, tried in this order. */
const TIMES = [1, 3] as const

export function* unrolled(file: ScenarioFile): Generator<ScenarioFile> {
  const clients = clientsOf(file)
  if (clients.length === 0) return
  const { clients: _, faults: __, duration: ___, ...rest } = file
  const nodes = file.topology.standbys + 1
  for (const times of TIMES) {
    for (const first of [0, 1]) {
      let turn = first
      const node = ({ routing }: FileClient): string => (routing === 'active-only' ? 'n0' : `n${turn++ % nodes}`)
      const steps = Array.from({ length: times }, (_none, time) =>
        clients.flatMap((client) =>
          client.flow.map((row): FileRow => ({
            ...renamed(row, `${client.name}-${time}`),
            client: client.name,
            node: node(client),
            ...(client.mitigation === 'none' ? {} : { as: client.mitigation }),
          })),
        ),
      )
      yield { ...rest, steps: [...(file.steps ?? []), ...steps.flat()] }
    }
  }
}

/** Each time of a flow has names of its own. */
function renamed(row: FileRow, own: string): FileRow {
  const named = (name: JsonValue | undefined): JsonValue | undefined =>
    typeof name === 'string' && name !== 'root' && name !== 'none' ? `${name}-${own}` : name
  const text = JSON.stringify(row).replaceAll('${session}', own)
  const { token, index, save, ...rest } = JSON.parse(text) as FileRow
  const saved = Object.entries((save ?? {}) as Record<string, JsonValue>).map(([name, from]) => [
    `${name}-${own}`,
    from,
  ])
  return {
    ...rest,
    ...(token === undefined ? {} : { token: named(token) ?? 'none' }),
    ...(index === undefined ? {} : { index: named(index) ?? 'none' }),
    ...(saved.length === 0 ? {} : { save: Object.fromEntries(saved) as FileRow }),
  }
}
