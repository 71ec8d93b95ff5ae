/** The token behind an accessor that a request names. */

import { refused, refusedWrapped, type Outcome } from '../../../outcome.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readString } from '../../../request-values.ts'
import { findByAccessor, type TokenLookup } from '../../../tokens/find-token.ts'

export type NamedAccessor =
  | { readonly kind: 'lookup'; readonly lookup: TokenLookup }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unnamed'; readonly outcome: Outcome }

/** `tainted` also finds a token that is being revoked. */
export function findNamedAccessor(context: RequestContext, tainted: boolean): NamedAccessor {
  const named = readString(context.data, 'accessor')
  if (isReadError(named)) return { kind: 'unnamed', outcome: refused(400, named.error) }
  if (named.value === undefined || named.value === '') {
    return { kind: 'unnamed', outcome: refusedWrapped(400, 'missing accessor') }
  }
  const { node, now } = context.turn
  const lookup = findByAccessor(node, now, named.value, { tainted })
  return lookup === null ? { kind: 'unknown' } : { kind: 'lookup', lookup }
}

export const INVALID_ACCESSOR: Outcome = refusedWrapped(400, 'invalid accessor')
