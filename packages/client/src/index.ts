/** What a client of Vault does about 412: what to send, when to try again, what to remember. No transport, no timers. Pure. */

export { decide, type Attempt, type Decision } from './after-answer.ts'
export { timeLeft } from './call-deadline.ts'
export {
  NO_TIMEOUT,
  type ClientPolicy,
  type ForwardPolicy,
  type IndexPolicy,
  type MergeRule,
  type RetryPolicy,
} from './client-policy.ts'
export { CLIENT_PRESETS, type ClientPreset } from './client-presets.ts'
export { EMPTY_MEMORY, remember, type IndexMemory } from './index-memory.ts'
export { mergeLikeGo } from './merge-like-go.ts'
export { MEMORY_STATES_MAX, mergeStates } from './merge-states.ts'
export { prepare } from './prepare-request.ts'
