/**
 * A program that logs in, reads a secret, and asks again every 50 ms until it has it or four seconds are over, with a client that
 * logs in anew whenever its login went wrong (node-vault-client), and with one that keeps its token (node-vault).
 */

import nodeVault from 'node-vault'
import VaultClient from 'node-vault-client'
import { USER, type Done, type Task } from '../cluster-for-clients.ts'
import { startSplitFront } from './split-front.ts'

const ASKS_EVERY_MS = 50
const ASKS_FOR_MS = 4_000

/** Logs in at the active node and reads at the standby, as behind a load balancer that splits them. */
export async function logInAnewEachTime(task: Task): Promise<readonly Done[]> {
  const front = await startSplitFront(task.VAULT_ACTIVE_ADDR, task.VAULT_ADDR)
  try {
    const auth = { type: 'appRole', config: { role_id: 'app', secret_id: 'secret' } } as const
    const vault = new VaultClient({ api: { url: front.address }, auth, logger: false })
    return await askUntilAnswered(() => vault.read('/secret/data/given'))
  } finally {
    await front.close()
  }
}

export async function keepTheToken(task: Task): Promise<readonly Done[]> {
  const active = nodeVault({ endpoint: task.VAULT_ACTIVE_ADDR })
  const { auth } = await active.userpassLogin({ username: USER.name, password: USER.password })
  const vault = nodeVault({ endpoint: task.VAULT_ADDR, token: auth.client_token })
  return askUntilAnswered(() => vault.read('secret/data/given'))
}

async function askUntilAnswered(read: () => Promise<unknown>): Promise<readonly Done[]> {
  const start = performance.now()
  const ms = (): number => Math.round(performance.now() - start)
  for (;;) {
    try {
      await read()
      return [{ op: 'read', ok: true, ms: ms() }]
    } catch (error) {
      if (ms() >= ASKS_FOR_MS) return [{ op: 'read', ok: false, ms: ms(), error: String(error) }]
    }
    await new Promise((goOn) => setTimeout(goOn, ASKS_EVERY_MS))
  }
}
