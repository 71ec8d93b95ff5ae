/**
 * Broken: the active node stores a second version of a secret, and not the metadata that names it, so that reads show the first.
 * Must be caught by: `read-your-writes`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

interface Context {
  readonly turn: { readonly now: number }
  readonly mount: unknown
}
interface Metadata {
  readonly currentVersion: number
}
type Write = (context: Context, before: Metadata, config: unknown, data: unknown) => unknown
type Names = {
  readonly put: (context: Context, key: string, value: unknown) => void
  readonly secretPath: (context: Context) => string
  readonly versionKey: (mount: unknown, path: string, version: number) => string
  readonly versionAnswer: (metadata: Metadata, number: number, version: unknown) => unknown
  readonly deletionTime: (now: number, config: unknown, metadata: Metadata) => number | null
}

export const VERSION_WITHOUT_METADATA: Mutant = defineMutant<Write, Names>({
  name: 'version-without-metadata',
  breaks: 'The active node stores a second version of a secret, and not the metadata that names it.',
  law: 'read-your-writes',
  reference: null,
  package: 'vault-node',
  file: 'paths/kv2/new-version',
  replaces: 'writeVersion',
  needs: ['put', 'secretPath', 'versionKey', 'versionAnswer', 'deletionTime'],
  by:
    (original, { put, secretPath, versionKey, versionAnswer, deletionTime }) =>
    (context, before, config, data) => {
      if (before.currentVersion === 0) return original(context, before, config, data)
      const { now } = context.turn
      const number = before.currentVersion + 1
      put(context, versionKey(context.mount, secretPath(context), number), { data })
      const added = { createdTime: now, deletionTime: deletionTime(now, config, before), destroyed: false }
      return { kind: 'data', data: versionAnswer(before, number, added) }
    },
})
