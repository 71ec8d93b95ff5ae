/** The command line as a function, and scenarios run by other people's tests. */

export { EXIT, type ExitCode } from './exit-codes.ts'
export { KNOWN_WORDS, loadScenario, type LoadOptions } from './load-scenario.ts'
export { main } from './main.ts'
export type { Output, Ports, TextSink } from './ports.ts'
export { expectedFile } from './run-file.ts'
export { realCryptoFor } from './scenario-crypto.ts'
export { BadGiven, givenRequests, simulateScenario, type Listeners } from './simulate-scenario.ts'
