/** `fourtwelve serve` as a shell starts it, for tests: on free ports, and ended with the test. */

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'

const BIN = fileURLToPath(new URL('../bin/fourtwelve.js', import.meta.url))

interface Ready {
  readonly root_token: string | null
  readonly vault_addr: string
  readonly addresses: Readonly<Record<string, string>>
  readonly control: string
  readonly balancer: string | null
  readonly ca_file: string | null
}

export interface Served {
  readonly ready: Ready
  readonly process: ChildProcess
  /** Sends a signal, and answers the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const running = new Set<ChildProcess>()
afterEach(() => {
  for (const one of running) one.kill('SIGKILL')
})

/** Rejects with what it said when it ends before it is ready. `env` is added to the environment. */
export async function serve(
  { env = {} }: { readonly env?: NodeJS.ProcessEnv },
  ...flags: readonly string[]
): Promise<Served> {
  const child = spawn(process.execPath, [BIN, 'serve', '--port', '0', '--json', ...flags], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })
  running.add(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  let errors = ''
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  const line = await Promise.race([
    new Promise<string>((resolve) => child.stdout.once('data', (text: Buffer) => resolve(text.toString()))),
    ended.then((code) => {
      throw new Error(`serve ended with ${code}: ${errors}`)
    }),
  ])
  return {
    ready: JSON.parse(line) as Ready,
    process: child,
    async end(signal) {
      child.kill(signal)
      const code = await ended
      running.delete(child)
      return code
    },
  }
}
