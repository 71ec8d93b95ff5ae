/** What a user sees of a bug of ours: one clear line, and the way to more. */

import type { Ports } from './ports.ts'
import { VERSION } from './version.ts'

/** `repro` is the command that shows it again. */
export function internalError(error: unknown, repro: string, env: Ports['env']): string {
  const isError = error instanceof Error
  const message = isError ? error.message : String(error)
  const line = `fourtwelve ${VERSION}: internal error: ${message}. This is a bug: please report it with this line and the file that was run.`
  const isDebugging = (env['FOURTWELVE_DEBUG'] ?? '') !== ''
  const stack = isDebugging && isError ? `${error.stack ?? ''}\n` : 'FOURTWELVE_DEBUG=1 shows where.\n'
  return `${line}\n${stack}${repro}`
}
