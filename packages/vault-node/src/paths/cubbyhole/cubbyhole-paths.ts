/** The paths of the cubbyhole: its root, which is listed, and everything below. */

import type { PathSpec } from '../../path-spec.ts'
import { SECRET } from './secret.ts'

export const CUBBYHOLE_PATHS: readonly PathSpec[] = [{ ...SECRET, path: '' }, SECRET]
