/** What every command gets, and how it says how it ended. */

import type { ExitCode } from './exit-codes.ts'
import type { Ports } from './ports.ts'

export interface CommandContext {
  readonly ports: Ports
  /** Said once by a command that did its work. */
  readonly finish: (code: ExitCode) => void
}
