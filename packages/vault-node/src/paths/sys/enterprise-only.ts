/** Paths that the community edition does not have (vault-http-api 3.10). */

import { refusedWrapped, type Outcome } from '../../outcome.ts'
import type { RequestContext } from '../../request-context.ts'

export const isEnterprise = ({ turn }: RequestContext): boolean => turn.node.config.switches.edition === 'enterprise'

/** The handler on Enterprise; on the community edition there is no such path. */
export const enterpriseOnly =
  (handle: (context: RequestContext) => Outcome) =>
  (context: RequestContext): Outcome =>
    isEnterprise(context) ? handle(context) : refusedWrapped(404, 'unsupported path')
