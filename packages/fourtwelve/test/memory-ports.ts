/** A machine in memory: files by name, and what was written to the streams. */

import { BadInput } from '../dist/exit-codes.js'
import { main, type ExitCode, type Ports } from 'fourtwelve'

export interface MemoryPorts extends Ports {
  readonly files: Map<string, string>
  out(): string
  err(): string
}

interface MemoryOptions {
  readonly files?: Readonly<Record<string, string>>
  readonly input?: string
  readonly env?: Ports['env']
  readonly isTerminal?: boolean
}

export function memoryPorts({ files = {}, input = '', env = {}, isTerminal = false }: MemoryOptions = {}): MemoryPorts {
  const stored = new Map(Object.entries(files))
  let [out, err] = ['', '']
  return {
    files: stored,
    out: () => out,
    err: () => err,
    stdout: { write: (text) => void (out += text), isTerminal },
    stderr: { write: (text) => void (err += text), isTerminal },
    readText(path) {
      const text = stored.get(path)
      return text === undefined ? { error: 'there is no such file' } : { text }
    },
    createFile(path) {
      stored.set(path, '')
      return {
        // Bytes stand there as letters of one byte each.
        write: (part) =>
          stored.set(
            path,
            (stored.get(path) ?? '') + (typeof part === 'string' ? part : Buffer.from(part).toString('latin1')),
          ),
        close: () => undefined,
        discard: () => void stored.delete(path),
      }
    },
    folderDefect: () => null,
    *readChunks(path) {
      const text = stored.get(path)
      if (text === undefined) throw new BadInput(`${path} cannot be read: there is no such file`)
      const bytes = Buffer.from(text, path.endsWith('.msgpack') ? 'latin1' : 'utf8')
      // Small parts, so that records lie across their borders.
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
    },
    readInput: () => Promise.resolve(input),
    untilSignal: () => Promise.resolve(),
    env,
    now: () => 0,
  }
}

export interface Ended {
  readonly code: ExitCode
  readonly out: string
  readonly err: string
  readonly files: ReadonlyMap<string, string>
}

/** Runs one command line on a machine in memory. */
export async function command(argv: readonly string[], options: MemoryOptions = {}): Promise<Ended> {
  const ports = memoryPorts(options)
  const code = await main(argv, ports)
  return { code, out: ports.out(), err: ports.err(), files: ports.files }
}
