/** The paths of a kv version 2 mount. The order counts: the last one takes what no other took. */

import type { PathSpec } from '../../path-spec.ts'
import { CONFIG } from './config.ts'
import { DATA } from './data.ts'
import { DELETE } from './delete.ts'
import { DESTROY } from './destroy.ts'
import { INVALID_PATH } from './invalid-path.ts'
import { METADATA } from './metadata.ts'
import { SUBKEYS } from './subkeys.ts'
import { UNDELETE } from './undelete.ts'

export const KV2_PATHS: readonly PathSpec[] = [
  CONFIG,
  DATA,
  { ...METADATA, path: 'metadata' },
  METADATA,
  DELETE,
  UNDELETE,
  DESTROY,
  SUBKEYS,
  { ...INVALID_PATH, path: '' },
  INVALID_PATH,
]
