/**
 * What can be done to a cluster while it runs. The same words in scenario files, control API and fuzzer.
 */

import type { LinkId } from '@fourtwelve/protocol'
import type { LagModel } from './lag-model.ts'

export type Fault =
  /** From now on the link lags so. */
  | { readonly kind: 'lag'; readonly link: LinkId; readonly lag: LagModel }
  /** Freezes apply behind the link; acknowledgements go on. */
  | { readonly kind: 'hold'; readonly link: LinkId }
  /** Ends `hold`: everything that is due is applied at once. */
  | { readonly kind: 'release'; readonly link: LinkId }
  /** Ends the stream, acknowledgements and forwarding between the two nodes, both ways. */
  | { readonly kind: 'cut'; readonly link: LinkId }
  /** Ends `cut`. */
  | { readonly kind: 'heal'; readonly link: LinkId }
