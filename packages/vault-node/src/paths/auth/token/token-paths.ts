/** All paths of `auth/token/`. */

import type { PathSpec } from '../../../path-spec.ts'
import { accessors } from './accessors.ts'
import { create } from './create.ts'
import { createOrphan } from './create-orphan.ts'
import { lookup } from './lookup.ts'
import { lookupAccessor } from './lookup-accessor.ts'
import { lookupSelf } from './lookup-self.ts'
import { renew } from './renew.ts'
import { renewAccessor } from './renew-accessor.ts'
import { renewSelf } from './renew-self.ts'
import { revoke } from './revoke.ts'
import { revokeAccessor } from './revoke-accessor.ts'
import { revokeOrphan } from './revoke-orphan.ts'
import { revokeSelf } from './revoke-self.ts'

export const TOKEN_PATHS: readonly PathSpec[] = [
  accessors,
  create,
  createOrphan,
  lookup,
  lookupAccessor,
  lookupSelf,
  renew,
  renewAccessor,
  renewSelf,
  revoke,
  revokeAccessor,
  revokeOrphan,
  revokeSelf,
]
