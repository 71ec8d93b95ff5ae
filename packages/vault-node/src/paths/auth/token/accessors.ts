/** `auth/token/accessors`: the accessors of all tokens. Only a list is known there, and it needs sudo. */

import { refusedWrapped } from '../../../outcome.ts'
import type { PathSpec } from '../../../path-spec.ts'
import { ACCESSOR_FOLDER } from '../../../storage-keys.ts'

export const accessors: PathSpec = {
  path: 'accessors',
  sudo: true,
  operations: {
    list: { on: 'any', handle: ({ turn }) => ({ kind: 'keys', keys: turn.node.store.list(ACCESSOR_FOLDER) }) },
    read: { on: 'any', handle: () => refusedWrapped(404, 'unsupported path') },
  },
}
