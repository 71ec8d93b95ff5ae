/** The machine as Node.js gives it. */

import type { ReadText } from '@fourtwelve/scenario'
import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput } from './exit-codes.ts'
import { folderDefect, makeFolder } from './made-folder.ts'
import type { Output, Ports, TextSink } from './ports.ts'
import { systemError } from './system-error.ts'

export function nodePorts(): Ports {
  // `fourtwelve run ... | head` closes the pipe early: that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    readText: readTextFile,
    createFile,
    folderDefect,
    readChunks,
    async readInput() {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString('utf8')
    },
    untilSignal,
    env: process.env,
    now: () => performance.now(),
  }
}

/** A terminal and what was started in it may both pass one Ctrl-C on: what comes within this time is the same. */
const SAME_SIGNAL_MS = 1_000
/** As a shell has it for a process that a signal ended. */
const EXIT_FORCED = 130

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | null = null
    const asked = (): void => {
      const now = performance.now()
      first ??= now
      if (now - first > SAME_SIGNAL_MS) process.exit(EXIT_FORCED)
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked)
  })
}

export const readTextFile: ReadText = (path) => {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { error: systemError(error) }
  }
}

const outputOf = (stream: NodeJS.WriteStream): Output => ({
  write: (text) => {
    stream.write(text)
  },
  isTerminal: stream.isTTY === true,
})

/** Text that is gathered before it is written: a history has millions of short lines. In UTF-16 units. */
const BUFFER_LENGTH = 65_536

/** Bytes of one part. */
const CHUNK_BYTES = 1 << 18

function* readChunks(path: string): Iterable<Uint8Array> {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    throw new BadInput(`${path} cannot be read: ${systemError(error)}`)
  }
  try {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      let length: number
      try {
        length = readSync(file, chunk, 0, CHUNK_BYTES, null)
      } catch (error) {
        throw new BadInput(`${path} cannot be read: ${systemError(error)}`)
      }
      if (length === 0) return
      yield chunk.subarray(0, length)
    }
  } finally {
    closeSync(file)
  }
}

function createFile(path: string, ifExists: 'replace' | 'refuse'): TextSink {
  const folder = dirname(path)
  const refusal = makeFolder(folder, 0o777)
  if (refusal !== null) throw new BadInput(`${path} cannot be written: ${folder} ${refusal}`)
  let file: number
  try {
    file = openSync(path, ifExists === 'replace' ? 'w' : 'wx')
  } catch (error) {
    throw new BadInput(`${path} cannot be written: ${systemError(error)}`)
  }
  let buffer = ''
  let parts: Uint8Array[] = []
  let partsLength = 0
  const put = (bytes: Uint8Array): void => {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    } catch (error) {
      throw new BadInput(`${path} cannot be written: ${systemError(error)}`)
    }
  }
  const flush = (): void => {
    const [text, bytes] = [Buffer.from(buffer, 'utf8'), Buffer.concat(parts)]
    buffer = ''
    parts = []
    partsLength = 0
    put(text)
    put(bytes)
  }
  return {
    write(part) {
      if (typeof part === 'string') {
        // Bytes that wait go first.
        if (parts.length > 0) flush()
        buffer += part
      } else {
        if (buffer !== '') flush()
        parts.push(part)
        partsLength += part.length
      }
      if (buffer.length + partsLength >= BUFFER_LENGTH) flush()
    },
    close() {
      flush()
      closeSync(file)
    },
    discard() {
      // A device or a pipe is not ours to take away.
      const isFile = fstatSync(file).isFile()
      closeSync(file)
      if (isFile) rmSync(path, { force: true })
    },
  }
}
