/** `auth/token/create`: a child token. */

import type { PathSpec } from '../../../path-spec.ts'
import { CREATE_FIELDS } from '../../../tokens/create-request.ts'
import { createTokenHere } from './create-token.ts'

export const create: PathSpec = {
  path: 'create',
  fields: CREATE_FIELDS,
  operations: { write: { on: 'shared', handle: (context) => createTokenHere(context, false) } },
}
