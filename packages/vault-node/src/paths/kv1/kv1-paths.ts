/** The paths of a kv version 1 mount: its root, which is listed, and everything below. */

import type { PathSpec } from '../../path-spec.ts'
import { SECRET } from './secret.ts'

export const KV1_PATHS: readonly PathSpec[] = [{ ...SECRET, path: '' }, SECRET]
