/** From the result of the active node's part to the outcome that a client is answered with. `warnings` come behind its own. */

import type { Outcome } from '../outcome.ts'
import type { ActiveResult } from './peer-message.ts'

export function outcomeOf(result: ActiveResult, warnings: readonly string[]): Outcome {
  switch (result.kind) {
    case 'auth':
      return { ...result, warnings: [...result.warnings, ...warnings] }
    case 'refused':
      return result
    case 'done':
    case 'entity':
      return { kind: 'done', warnings }
  }
}
