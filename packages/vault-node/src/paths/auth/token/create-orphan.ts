/** `auth/token/create-orphan`: a token without a parent. Its own path is its protection: no sudo is asked for. */

import type { PathSpec } from '../../../path-spec.ts'
import { CREATE_FIELDS } from '../../../tokens/create-request.ts'
import { createTokenHere } from './create-token.ts'

export const createOrphan: PathSpec = {
  path: 'create-orphan',
  fields: CREATE_FIELDS,
  operations: { write: { on: 'shared', handle: (context) => createTokenHere(context, true) } },
}
