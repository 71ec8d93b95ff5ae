/** A real node behind a real server, alone in its cluster, on a port that was free. Its disk flushes at once; time is the machine's. */

import {
  DEFAULT_SERVER_CONFIG,
  micros,
  nodeId,
  term,
  type ClusterId,
  type Micros,
  type ServedReply,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { createVaultServer, type VaultServerOptions } from '@fourtwelve/http'
import { foundCluster, joinCluster, step, type NodeEvent } from '@fourtwelve/vault-node'
import { createTestCrypto } from '../../vault-node/test/test-crypto.ts'

export interface RunningServer {
  readonly port: number
  /** What the node was asked, in order. */
  readonly asked: readonly VaultRequest[]
  close(): Promise<void>
}

export const ROOT = 'root-token-of-the-test'

/** `change` lays other options over the usual ones. */
export async function serveNode(change: Partial<VaultServerOptions> = {}): Promise<RunningServer> {
  const answer = startNode()
  return serveWith({ serve: (request, answered) => answered({ kind: 'reply', value: answer(request) }), ...change })
}

/** The same server around any `serve`. */
export async function serveWith(
  change: Partial<VaultServerOptions> & Pick<VaultServerOptions, 'serve'>,
): Promise<RunningServer> {
  const asked: VaultRequest[] = []
  const server = createVaultServer({
    node: nodeId(0),
    addressOf: (node) => `http://${node}.example:8200`,
    tellWhoServed: true,
    ...change,
    serve(request, answered) {
      asked.push(request)
      change.serve(request, answered)
    },
  })
  const port = await server.listen(0, '127.0.0.1')
  return { port, asked, close: () => server.close() }
}

function startNode(): (request: VaultRequest) => ServedReply {
  const crypto = createTestCrypto()
  const id = nodeId(0)
  const now = (): Micros => micros(Date.now() * 1000)
  const founding = {
    cluster: 'test-cluster' as ClusterId,
    clusterName: 'test',
    term: term(1),
    config: DEFAULT_SERVER_CONFIG,
  }
  const founded = foundCluster(founding, ROOT, [], now(), crypto)
  const state = joinCluster({ ...founding, id, nodes: [id], active: id }, founded.entries, now(), crypto)
  const answers: ServedReply[] = []
  const happen = (event: NodeEvent): void => {
    for (const effect of step(state, event, now(), crypto)) {
      if (effect.kind === 'append') happen({ kind: 'flushed', through: state.log.head })
      else if (effect.kind === 'continue') happen({ kind: 'continue' })
      else if (effect.kind === 'reply') answers.push(effect.answer)
    }
  }
  let requests = 0
  return (request) => {
    requests += 1
    happen({ kind: 'request', id: requests, request })
    const answer = answers.pop()
    if (answer === undefined) throw new Error(`${request.method} ${request.path} was not answered`)
    return answer
  }
}
