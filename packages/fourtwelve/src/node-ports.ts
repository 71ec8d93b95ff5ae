/** The machine as Node.js gives it. */

import type { ReadText } from '@fourtwelve/scenario'
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput } from './exit-codes.ts'
import type { Output, Ports, TextSink } from './ports.ts'

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
    async readInput() {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString('utf8')
    },
    untilSignal: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
      }),
    env: process.env,
    now: () => performance.now(),
  }
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

function createFile(path: string, ifExists: 'replace' | 'refuse'): TextSink {
  let file: number
  try {
    mkdirSync(dirname(path), { recursive: true })
    file = openSync(path, ifExists === 'replace' ? 'w' : 'wx')
  } catch (error) {
    throw new BadInput(`${path} cannot be written: ${systemError(error)}`)
  }
  let buffer = ''
  const flush = (): void => {
    const bytes = Buffer.from(buffer, 'utf8')
    buffer = ''
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    } catch (error) {
      throw new BadInput(`${path} cannot be written: ${systemError(error)}`)
    }
  }
  return {
    write(text) {
      buffer += text
      if (buffer.length >= BUFFER_LENGTH) flush()
    },
    close() {
      flush()
      closeSync(file)
    },
  }
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'you may not: the file system is read-only',
  EEXIST: 'it is there already',
  ENOSPC: 'the disk is full',
}

export function systemError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return SYSTEM_ERRORS[code] ?? (error instanceof Error ? error.message : String(error))
}
