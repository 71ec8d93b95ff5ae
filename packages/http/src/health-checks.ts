/**
 * The health checks of a load balancer: asks every node again and again, and knows which answered 200 last.
 * Always holds: at most one check of a node is under way; one that takes too long counts as failed.
 */

import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { NodeId } from '@fourtwelve/protocol'

/** Common balancers take 2 s and more; tests should not have to wait for that. */
const CHECK_EVERY_MS = 250
const CHECK_MS_MAX = 1_000

export interface HealthChecks {
  /** Every node has been asked once. */
  readonly first: Promise<void>
  /** In the order in which the nodes were given. */
  healthy(): readonly Checked[]
  /** What each node answered last: a status, or null for nothing. */
  told(): readonly { readonly node: NodeId; readonly status: number | null }[]
  stop(): void
}

export interface Checked {
  readonly node: NodeId
  /** `http://127.0.0.1:8200` or `https://...`. */
  readonly address: string
}

export function startHealthChecks(nodes: readonly Checked[], path: string): HealthChecks {
  const statuses = new Map<NodeId, number | null>()
  const timers = new Set<NodeJS.Timeout>()
  let isStopped = false
  const watch = async (checked: Checked): Promise<void> => {
    const status = await ask(`${checked.address}${path}`)
    statuses.set(checked.node, status)
    if (isStopped) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void watch(checked)
    }, CHECK_EVERY_MS)
    timers.add(timer)
  }
  return {
    first: Promise.all(nodes.map(watch)).then(() => undefined),
    healthy: () => nodes.filter(({ node }) => statuses.get(node) === 200),
    told: () => nodes.map(({ node }) => ({ node, status: statuses.get(node) ?? null })),
    stop() {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** The status; null when none came in time. A connection of its own, as a check must not live on an old one. */
function ask(url: string): Promise<number | null> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? tlsRequest : plainRequest
    const request = send(url, { agent: false, timeout: CHECK_MS_MAX, rejectUnauthorized: false }, (reply) => {
      reply.resume()
      resolve(reply.statusCode ?? null)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(null))
    request.on('close', () => resolve(null))
    request.end()
  })
}
