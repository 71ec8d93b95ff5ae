/** Takes a token or a header from the command line, or from standard input, where no shell history keeps it. */

import type { Ports } from './ports.ts'

/** `-` reads standard input. Space around it, and the name of the header before it, do not count. */
export async function readSecret(given: string, header: string, { readInput }: Ports): Promise<string> {
  const text = (given === '-' ? await readInput() : given).trim()
  const name = `${header}:`
  return text.toLowerCase().startsWith(name.toLowerCase()) ? text.slice(name.length).trim() : text
}
