/** The command line as a function, and what other people's tests use: a live cluster, and scenarios. */

export { EXIT, type ExitCode } from './exit-codes.ts'
export { KNOWN_WORDS, loadScenario, type LoadOptions } from './load-scenario.ts'
export { main } from './main.ts'
export type { Output, Ports, TextSink } from './ports.ts'
export { registerLines } from './register-lines.ts'
export { expectedFile } from './run-file.ts'
export { realCryptoFor } from './scenario-crypto.ts'
export { BadGiven, givenRequests } from './given-requests.ts'
export { simulateScenario, type Listeners } from './simulate-scenario.ts'
export { startCluster, type StartOptions, type TestCluster } from './start-cluster.ts'
export type { TestControl } from './test-control.ts'
