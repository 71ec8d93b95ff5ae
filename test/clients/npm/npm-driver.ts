/**
 * What every npm client is asked to do, in words that all of them understand, and the two tasks made of these.
 * Always holds: a driver adds nothing to its client: no retry, no wait, no header.
 */

import { readFileSync } from 'node:fs'
import { USER, type Done, type Task } from '../cluster-for-clients.ts'

/** A client of one node, with one token. A failed operation throws what the client throws. */
interface Session {
  /** Logs in by userpass; answers the token. */
  login(user: string, password: string): Promise<string>
  createToken(): Promise<string>
  write(name: string, data: Readonly<Record<string, string>>): Promise<unknown>
  /** The data of a KV v2 secret. */
  read(name: string): Promise<unknown>
  /** The names of KV v2 secrets. */
  list(): Promise<readonly string[]>
  lookup(): Promise<unknown>
  renew(): Promise<unknown>
  revoke(): Promise<unknown>
}

export interface NpmDriver {
  /** Its name in the registry. */
  readonly client: string
  session(address: string, token: string): Session
  /** The HTTP status in what its client throws. */
  statusOf(error: unknown): number | undefined
}

/** The version that is installed here. */
export function versionOf(client: string): string {
  const manifest = new URL(`../../../node_modules/${client}/package.json`, import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

export function runNpmClient(driver: NpmDriver, task: Task): Promise<readonly Done[]> {
  return task.CLIENT_TASK === 'everyday' ? everyday(driver, task) : freshToken(driver, task)
}

async function everyday(driver: NpmDriver, { VAULT_ADDR, VAULT_TOKEN }: Task): Promise<readonly Done[]> {
  const done: Done[] = []
  const at = (token: string): Session => driver.session(VAULT_ADDR, token)
  const token = await timed(driver, done, 'login', () => at(VAULT_TOKEN).login(USER.name, USER.password))
  const user = at(token ?? '')
  const child = at((await timed(driver, done, 'create-token', () => user.createToken())) ?? '')
  await timed(driver, done, 'write', () => user.write('app', { colour: 'green' }))
  await timed(driver, done, 'read', async () => expectColour(await user.read('app'), 'green'))
  await timed(driver, done, 'list', async () => expectNames(await user.list(), ['app', 'given']))
  await timed(driver, done, 'lookup', () => child.lookup())
  await timed(driver, done, 'renew', () => child.renew())
  await timed(driver, done, 'revoke', () => child.revoke())
  return done
}

async function freshToken(driver: NpmDriver, task: Task): Promise<readonly Done[]> {
  const done: Done[] = []
  const root = driver.session(task.VAULT_ACTIVE_ADDR, task.VAULT_TOKEN)
  const token = await timed(driver, done, 'create-token', () => root.createToken())
  const user = driver.session(task.VAULT_ADDR, token ?? '')
  await timed(driver, done, 'read', async () => expectColour(await user.read('given'), 'blue'))
  return done
}

async function timed<Answer>(
  driver: NpmDriver,
  done: Done[],
  op: string,
  work: () => Promise<Answer>,
): Promise<Answer | null> {
  const start = performance.now()
  const ms = (): number => Math.round(performance.now() - start)
  try {
    const answer = await work()
    done.push({ op, ok: true, ms: ms() })
    return answer
  } catch (error) {
    const status = driver.statusOf(error)
    done.push({ op, ok: false, ms: ms(), error: String(error), ...(status === undefined ? {} : { status }) })
    return null
  }
}

function expectColour(data: unknown, colour: string): void {
  if ((data as { colour?: unknown } | undefined)?.colour !== colour) {
    throw new Error(`read ${JSON.stringify(data)}, not the colour ${colour}`)
  }
}

function expectNames(names: readonly string[], expected: readonly string[]): void {
  if (names.join() !== expected.join()) throw new Error(`listed ${names.join()}, not ${expected.join()}`)
}
