/** The version of this package, from its package.json. */

import { readFileSync } from 'node:fs'

export const VERSION: string = versionOf(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')))

function versionOf(manifest: unknown): string {
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isNamed ? String(manifest.version) : 'of unknown version'
}
