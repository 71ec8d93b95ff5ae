/** Small scenarios with faults, by rows and by steps, played on a cluster that keeps what is done to it. */

import { goodScenario } from './read-good-file.ts'
import { record, type Recording } from './recording-cluster.ts'

const CLIENTS =
  'clients: [{ name: c, sessions: 1, arrival: { rate: 10/s }, flow: [{ put: secret/data/a, body: {} }] }]\n'
export const loaded = (rest: string, standbys = 2): string =>
  `question: q\nduration: 20s\ntopology: { standbys: ${standbys} }\n${CLIENTS}${rest}`
export const played = (text: string, options: Parameters<typeof record>[1] = {}): Recording =>
  record(goodScenario(text), options)
export const rows = (...all: readonly string[]): string => `faults:\n${all.map((row) => `  - { ${row} }\n`).join('')}`
export const script = (...steps: readonly string[]): string =>
  `question: q\ntopology: { standbys: 2 }\nsteps:\n${steps.map((step) => `  - { ${step} }\n`).join('')}`
