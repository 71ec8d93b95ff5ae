/** Small scenarios, one for each way to end. */

/** A token is made on the active node, a standby that is behind says 412, and serves it when it has caught up. */
export const PASSES = `name: fresh-token
question: What does a standby say about a token that it has not applied?
seed: 42
topology: { standbys: 1 }
lag: 300ms
steps:
  - { post: auth/token/create, node: n0, body: { policies: [default] }, save: { fresh: auth.client_token }, expect: 200 }
  - { get: auth/token/lookup-self, node: n1, token: fresh, expect: 412 }
  - { wait_until: applied, node: n1 }
  - { get: auth/token/lookup-self, node: n1, token: fresh, expect: 200 }
expect: { witnesses: ['http_412 >= 1'] }
`

/** A step expects what does not come. */
export const FAILS: string = PASSES.replace('expect: 412', 'expect: 200')

/** Its witness does not happen. */
export const SHOWS_NOTHING: string = PASSES.replace('http_412 >= 1', 'http_503 >= 1')

/** No step expects anything, and no witness is named. */
export const IS_ASKED_NOTHING: string = PASSES.replaceAll(/, expect: \d+ }/g, ' }').replace(
  /expect: { witnesses.*\n/,
  '',
)

export const MISSES_A_THRESHOLD: string = PASSES.replace(
  'expect: { witnesses',
  "expect: { thresholds: { http_412: ['count<1'] }, witnesses",
)

/** What it founds the cluster with is refused. */
export const BAD_GIVEN: string = PASSES.replace('steps:', "given: { policies: { app: 'path {' } }\nsteps:")

/** No scenario at all: unknown keys, in two places. */
export const BAD_FILE: string = PASSES.replace('standbys: 1', 'standbyz: 1').replace('lag:', 'lagg:')
