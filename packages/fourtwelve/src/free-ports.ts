/**
 * The ports of a cluster, before anything is started on them.
 * Always holds: each port that is answered could be listened on a moment ago, and none comes twice; so a cluster that cannot
 * have its ports says so in one line, before it has touched anything else.
 */

import { createServer, type Server } from 'node:net'
import { BadInput } from './exit-codes.ts'

export interface WantedPort {
  /** Who will listen there, for the message. */
  readonly for: string
  readonly host: string
  /** 0: any that is free. */
  readonly port: number
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
