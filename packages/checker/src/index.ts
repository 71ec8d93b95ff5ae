/** The laws that histories must obey, and the judge that reads a history once. Pure. */

export { ALL_LAWS, startChecks, type Checks } from './check.ts'
export { JUSTIFIED_412 } from './law-412-justified.ts'
export { HEADER_GATE } from './law-header-gate.ts'
export { TOKEN_GATE } from './law-token-gate.ts'
export { WAL_PREFIX } from './law-wal-prefix.ts'
export { callRecord, replyRecord, type AttemptEnd, type AttemptFacts } from './attempt-records.ts'
export { WITNESS_RECORDS_MAX, type Law, type LawState, type LawVerdict, type Witness } from './law.ts'
