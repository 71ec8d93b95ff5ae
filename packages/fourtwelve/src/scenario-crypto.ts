/**
 * Real cryptography for a scenario that asks for it.
 * Always holds: keys and randomness come from the scenario's seed, so that the run repeats itself to the byte. They protect
 * nothing: a simulated cluster holds no secrets.
 */

import { createRealCrypto } from '@fourtwelve/live'
import { randomUuid, type CryptoPort } from '@fourtwelve/protocol'
import type { Scenario } from '@fourtwelve/scenario'
import { createEntropy, createStandInCrypto, type Stream } from '@fourtwelve/simulation'

const KEY_BYTES = 32

/** To be made anew for every run; null when the scenario does without. */
export async function realCryptoFor(scenario: Scenario): Promise<((random: Stream) => CryptoPort) | null> {
  if (scenario.crypto === 'stand-in') return null
  const keys = createEntropy(scenario.seed).stream('keys of the cluster')
  // The port is made before the simulation has a stream to feed it.
  let source: Stream | null = null
  const port = await createRealCrypto(
    {
      indexKey: randomUuid(createStandInCrypto(scenario.name, keys)),
      sealKey: keys.bytes(KEY_BYTES),
      saltKey: keys.bytes(KEY_BYTES),
    },
    (length) => {
      if (source === null)
        throw new Error('real cryptography was asked for bytes before the simulation gave it a stream')
      return source.bytes(length)
    },
  )
  return (random) => {
    source = random
    return port
  }
}
