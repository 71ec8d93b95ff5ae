/**
 * `fourtwelve serve` on a folder, as a process of its own that a test may kill at any moment.
 * Always holds: what was started is ended with the test file, whatever the test did.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))

/** How the cluster is started: as a user does it, or with checkpoints every hundred entries. */
export type Entry = 'fourtwelve serve' | 'frequent checkpoints'

const AS_A_USER = 'serve --port 0 --json --no-history --standbys 2 --lag 20ms --root-token root'.split(' ')

const commandOf = (entry: Entry, data: string, storage: string): readonly string[] =>
  entry === 'frequent checkpoints'
    ? [path('./serve-often.js'), data, storage]
    : [path('../../packages/fourtwelve/bin/fourtwelve.js'), ...AS_A_USER, '--data', data, '--storage', storage]

export interface Ready {
  readonly addresses: Readonly<Record<string, string>>
  readonly control: string
}

export interface ServedProcess {
  /** When every port answers. Throws when the process ended before. */
  readonly ready: Promise<Ready>
  /** Sends a signal and waits for the end: the exit code, null after a signal, and all that stood on standard error. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly errors: string }>
}

const running = new Set<ChildProcess>()
export function killServedProcesses(): void {
  for (const child of running) child.kill('SIGKILL')
}

export function startServing(entry: Entry, data: string, storage: string): ServedProcess {
  const child = spawn(process.execPath, commandOf(entry, data, storage), { stdio: 'pipe' })
  running.add(child)
  let errors = ''
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    }),
  )
  const ready = new Promise<Ready>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()) as Ready))
    void ended.then((code) => reject(new Error(`the cluster ended with ${code}: ${errors}`)))
  })
  // A process that is killed before it is ready was never waited for.
  ready.catch(() => undefined)
  return {
    ready,
    async end(signal) {
      child.kill(signal)
      return { code: await ended, errors }
    },
  }
}
