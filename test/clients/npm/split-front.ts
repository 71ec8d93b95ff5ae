/**
 * What stands before a cluster in the worst case: a front that sends logins to the active node and everything else to one standby.
 * Always holds: all but logins passes unchanged. A login by AppRole becomes one by userpass, since the cluster has no AppRole, and
 * node-vault-client knows no userpass; the answers have the same shape.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { USER } from '../cluster-for-clients.ts'

export interface SplitFront {
  readonly address: string
  close(): Promise<void>
}

export async function startSplitFront(active: string, standby: string): Promise<SplitFront> {
  const server = createServer((request, response) => {
    const isLogin = request.url === '/v1/auth/approle/login'
    const token = request.headers['x-vault-token']
    const answered = isLogin
      ? fetch(`${active}/v1/auth/userpass/login/${USER.name}`, {
          method: 'POST',
          body: JSON.stringify({ password: USER.password }),
        })
      : fetch(`${standby}${request.url ?? '/'}`, {
          method: request.method ?? 'GET',
          headers: typeof token === 'string' ? { 'X-Vault-Token': token } : {},
        })
    answered
      .then(async (answer) => {
        response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text())
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      return new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    },
  }
}
