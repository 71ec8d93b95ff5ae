/** The conformance suite in virtual time. The live runtime plays the same cases. */

import { CONFORMANCE_CASES, playCase } from '@fourtwelve/cluster'
import { DEFAULT_SERVER_CONFIG, micros } from '@fourtwelve/protocol'
import { createSimulation, createStandInCrypto } from '@fourtwelve/simulation'
import { expect, test } from 'vitest'

const constant = (value: number): { readonly dist: 'constant'; readonly value: ReturnType<typeof micros> } => ({
  dist: 'constant',
  value: micros(value),
})

test.each(CONFORMANCE_CASES)('$name', (row) => {
  const { standbys, lag, replication, given } = row.wanted
  const simulation = createSimulation({
    scenario: row.name,
    seed: 1,
    standbys,
    config: { ...DEFAULT_SERVER_CONFIG, replication: { ...DEFAULT_SERVER_CONFIG.replication, ...replication } },
    lag: { default: { kind: 'drawn', from: constant(lag), sample: 'batch', spikes: null }, links: {} },
    network: { client: constant(0), delivery: constant(200), forward: constant(500) },
    flush: constant(100),
    cost: { read: micros(0), write: micros(0), login: micros(0) },
    given,
    rootToken: null,
    crypto: (random) => createStandInCrypto('conformance', random),
    observe: () => undefined,
  })
  let ended: { readonly failure: string | null } | null = null
  playCase(simulation, row, (failure) => {
    ended = { failure }
  })
  simulation.run(micros(3_600_000_000), () => ended !== null)
  expect(ended).toEqual({ failure: null })
})
