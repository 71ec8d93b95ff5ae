/**
 * All that the commands touch of the machine. Always holds: commands reach files, streams, environment, clock and signals by
 * these alone; only a cluster that is served has threads, ports and folders of its own.
 */

import type { ReadText } from '@fourtwelve/scenario'

export interface Output {
  write(text: string): void
  /** Whether a person reads it. */
  readonly isTerminal: boolean
}

/** A file that is being written. */
export interface TextSink {
  /** A text is written as UTF-8. */
  write(part: string | Uint8Array): void
  close(): void
  /** In place of `close`: what was written is not wanted, and a file is taken away. */
  discard(): void
}

export interface Ports {
  readonly stdout: Output
  readonly stderr: Output
  /** Reads a text file; the path is relative to the working folder. */
  readonly readText: ReadText
  /** Opens a file for writing and makes the folders above it. Throws BadInput when that cannot be, or must not be. */
  createFile(path: string, ifExists: 'replace' | 'refuse'): TextSink
  /** Why no file could be written into a folder, made where it is missing: going on from its name; null when one could. Leaves nothing
   *  behind. */
  folderDefect(path: string): string | null
  /** Reads a file of any size, part by part. Throws BadInput when it cannot be read. */
  readChunks(path: string): Iterable<Uint8Array>
  /** Everything that comes in on standard input. */
  readonly readInput: () => Promise<string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Waits to be asked to end: by Ctrl-C, or as a service is. Asked again a second later or more, the process ends at once, and takes
   *  away what it would leave behind. */
  readonly untilSignal: () => Promise<void>
  /** Milliseconds, from any point in the past. */
  now(): number
}
