/**
 * Parts of a script whose steps must come at the right time, which chance alone seldom meets.
 * Always holds: a part adds at least one step.
 */

import type { ScriptPart } from './script-parts.ts'
import { create, use, type Script } from './script-requests.ts'

export const PARTS_IN_TIME: readonly ScriptPart[] = [
  { weight: 3, draw: entryByEntry },
  { weight: 1, draw: pastTheMaximum },
  { weight: 2, draw: readAgain },
]

/** The longest that an entry lags here, and a third of it: the last of a few entries comes last alone half the time, for long enough. */
const ENTRY_LAG = '80ms'
const BETWEEN_READS = '25ms'
const READS = 3

/** Tokens, used on a standby while their entries become visible there one after the other. */
function entryByEntry(script: Script): void {
  const { dice } = script
  const client = script.client()
  script.add({ lag: { dist: 'uniform', min: '0s', max: ENTRY_LAG, sample: 'entry' }, link: 'n0->n1' })
  for (let tokens = dice.between(2, 3); tokens > 0; tokens -= 1) {
    const token = script.name('t')
    const body = { policies: ['app', 'default'] }
    script.ask({ post: 'auth/token/create-orphan', node: 'active', body, save: { [token]: 'auth.client_token' } })
    script.tokens.push(token)
    for (let times = 0; times < READS; times += 1) {
      script.add({ wait: BETWEEN_READS })
      script.ask({ get: 'auth/token/lookup-self', node: 'n1', token }, client)
    }
  }
}

/** A renewal that asks for more than the token may live, and a use after that. */
function pastTheMaximum(script: Script): void {
  const { dice } = script
  const token = create(script, { ttl: '2s', explicit_max_ttl: '3s' }, null, 'active')
  script.add({ wait: '1500ms' })
  script.ask({ post: 'auth/token/renew-self', node: 'active', token, body: { increment: '10s' } })
  script.add({ wait: dice.pick(['1700ms', '2500ms']) })
  use(script, token, dice.happens(0.6) ? 'active' : script.node())
}

/** One client reads a secret at one node, again and again, while others write it. */
function readAgain(script: Script): void {
  const { dice } = script
  const secret = dice.pick(['secret/data/b', 'secret/data/c'])
  const node = dice.happens(0.7) ? 'n1' : script.node()
  const client = script.client()
  for (let times = dice.between(2, 3); times > 0; times -= 1) {
    script.ask({ put: secret, node: script.node(), body: { data: { v: dice.between(1, 9) } } })
    if (dice.happens(0.6)) script.add({ wait_until: 'applied', node: 'standby' })
    for (let reads = dice.between(1, 3); reads > 0; reads -= 1) script.ask({ get: secret, node }, client)
  }
}
