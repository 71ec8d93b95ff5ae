/** Which saved values a request needs before it can be sent. */

import type { RequestTemplate } from './request-template.ts'
import { placeholdersIn } from './saved-names.ts'

export const neededBy = (template: RequestTemplate): readonly string[] => [
  ...(template.token.kind === 'saved' ? [template.token.name] : []),
  ...template.index,
  ...placeholdersIn(template.path),
  ...placeholdersIn(template.body),
]
