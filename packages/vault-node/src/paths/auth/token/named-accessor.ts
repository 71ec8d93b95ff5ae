/** The token behind an accessor that a request names. */

import { refused, refusedWrapped, type Outcome } from '../../../outcome.ts'
import type { RequestContext } from '../../../request-context.ts'
import { isReadError, readString } from '../../../request-values.ts'
import { findByAccessor, type LookupOptions, type TokenLookup } from '../../../tokens/find-token.ts'

export interface AccessorAsked extends LookupOptions {
  /** The answer when there is no such accessor. */
  readonly unknown?: Outcome
}

/** Hands on what is known of the token. */
export function forNamedAccessor(
  context: RequestContext,
  { unknown = INVALID_ACCESSOR, ...options }: AccessorAsked,
  answer: (lookup: TokenLookup) => Outcome,
): Outcome {
  const named = readString(context.data, 'accessor')
  if (isReadError(named)) return refused(400, named.error)
  if (named.value === undefined || named.value === '') return refusedWrapped(400, 'missing accessor')
  const { node, now } = context.turn
  const lookup = findByAccessor(node, now, named.value, options)
  return lookup === null ? unknown : answer(lookup)
}

const INVALID_ACCESSOR: Outcome = refusedWrapped(400, 'invalid accessor')
