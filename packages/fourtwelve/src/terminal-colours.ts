/** Whether to colour, and how. Always holds: nothing but a terminal gets colours unless FORCE_COLOR asks; NO_COLOR always wins. */

import type { Palette } from '@fourtwelve/report'
import picocolors from 'picocolors'
import type { Output, Ports } from './ports.ts'

export function paletteFor({ isTerminal }: Output, env: Ports['env']): Palette {
  const isSet = (name: string): boolean => (env[name] ?? '') !== ''
  const wanted = isSet('FORCE_COLOR') || (isTerminal && env['TERM'] !== 'dumb' && !isSet('CI'))
  return picocolors.createColors(wanted && !isSet('NO_COLOR'))
}
