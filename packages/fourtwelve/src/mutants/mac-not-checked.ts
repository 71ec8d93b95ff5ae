/**
 * Broken: nobody looks at the MAC of a token, so anybody can change the index in it.
 * Must be caught by: `tampered-token-refused`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

type Check = (crypto: unknown, token: unknown) => boolean

export const MAC_NOT_CHECKED: Mutant = defineMutant<Check>({
  name: 'mac-not-checked',
  breaks: 'Nobody looks at the MAC of a token, so anybody can change the index in it.',
  law: 'tampered-token-refused',
  reference: 'M10',
  package: 'protocol',
  file: 'service-token',
  replaces: 'hasValidMac',
  by: () => () => true,
})
