/** The generation counter of consistent tokens: an index from an older generation says nothing (vault-consistency 1.8). */

import { epoch, type Epoch } from '@fourtwelve/protocol'
import { GENERATION_KEY } from '../storage-keys.ts'

/** What stands at GENERATION_KEY. It rises when a DR cluster is promoted, and at no other time. */
export interface GenerationCounter {
  readonly counter: number
}

/** The counter as far as this node has applied it; 0 before the first promotion. */
export const epochOf = ({ store }: { readonly store: Pick<ReadonlyMap<string, unknown>, 'get'> }): Epoch =>
  epoch((store.get(GENERATION_KEY) as GenerationCounter | undefined)?.counter ?? 0)
