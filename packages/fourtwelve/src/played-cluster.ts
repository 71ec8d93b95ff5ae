/**
 * A live cluster for one who plays its clients: a scenario, the conformance suite, a random plan.
 * Always holds: on free ports of the loopback; kept in a temporary folder, unless the player wants another; what its nodes tell goes to
 * the player alone.
 */

import type { HistoryRecord } from '@fourtwelve/protocol'
import type { ServedCluster } from '@fourtwelve/scenario'
import { serveCluster, type ServeOptions, type Serving } from './serve-cluster.ts'

/** `hear` gets what the nodes tell, in their own turn. A node that ends by itself is an error that nothing catches. */
export const playedCluster = (
  served: ServedCluster,
  hear: (records: readonly HistoryRecord[]) => void,
  otherwise: Partial<Pick<ServeOptions, 'data' | 'checkpointEvery' | 'died'>> = {},
): Promise<Serving> =>
  serveCluster({
    served,
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    balancer: null,
    tls: null,
    rootToken: null,
    storage: 'nosync',
    data: null,
    tellWhoServed: true,
    keepsHistory: false,
    hear,
    died: (node, why) => {
      throw new Error(`${node} ended while it was played on: ${why}`)
    },
    wasReset: () => undefined,
    ...otherwise,
  })
