/**
 * The ports of a cluster, before anything is started on them.
 * Always holds: each port that is answered could be listened on a moment ago, and none comes twice; so a cluster that cannot
 * have its ports says so in one line, before it has touched anything else.
 */

import { createServer, type Server } from 'node:net'
import { CONTROL_HOST } from '@fourtwelve/http/control-host'
import { nodeId, type NodeId } from '@fourtwelve/protocol'
import { BadInput } from './exit-codes.ts'

export interface WantedPort {
  /** Who will listen there, for the message. */
  readonly for: string
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
}

/** Where the parts of a cluster are to listen. */
export interface Listening {
  readonly host: string
  /** Of `n0`; the others follow. 0: any free ports for everything. */
  readonly port: number
  readonly controlPort: number
  readonly balancer: { readonly port: number; readonly perfStandbyOk: boolean } | null
}

export const nodesOf = (standbys: number): readonly NodeId[] =>
  Array.from({ length: standbys + 1 }, (_, ordinal) => nodeId(ordinal))

/** Nodes first, then the control API, then the load balancer. */
export function wantedPorts({ host, port, controlPort, balancer }: Listening, standbys: number): WantedPort[] {
  return [
    ...nodesOf(standbys).map((node, at) => ({ for: node as string, host, port: port === 0 ? 0 : port + at })),
    { for: 'the control API', host: CONTROL_HOST, port: controlPort },
    ...(balancer === null ? [] : [{ for: 'the load balancer', host, port: balancer.port }]),
  ]
}

/** Throws BadInput when a port cannot be had. */
export async function freePorts(wanted: readonly WantedPort[]): Promise<readonly number[]> {
  const taken = new Map<number, string>()
  const held: Server[] = []
  try {
    for (const one of wanted) {
      const before = taken.get(one.port)
      if (before !== undefined)
        throw new BadInput(`port ${one.port} is for ${before} and for ${one.for}: give one of them another`)
      const server = await hold(one)
      held.push(server)
      const address = server.address()
      if (typeof address !== 'object' || address === null) throw new Error(`a server on ${one.host} has no port`)
      taken.set(address.port, one.for)
    }
    return [...taken.keys()]
  } finally {
    // Only now, so that of several free ports each is another.
    await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))))
  }
}

const PORT_MAX = 65_535

function hold({ for: who, host, port }: WantedPort): Promise<Server> {
  if (port < 0 || port > PORT_MAX)
    throw new BadInput(`there is no port ${port} for ${who}: give a lower or a higher --port`)
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => reject(new BadInput(refusal(error, who, host, port))))
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

function refusal({ code, message }: NodeJS.ErrnoException, who: string, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} for ${who} is in use: give another, or end what listens there`
    case 'EACCES':
      return `port ${port} for ${who} is not allowed to you: give one above 1023`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: give another --host`
    default:
      return `port ${port} for ${who} on ${host} cannot be had: ${message}`
  }
}
