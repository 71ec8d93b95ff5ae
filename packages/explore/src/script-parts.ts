/**
 * The parts that a script is drawn of, one row each: a few steps that belong together, such as a token and its first use elsewhere.
 * Always holds: a part adds at least one step.
 */

import { FORGERY_CHANGES } from './forge.ts'
import type { FileRow } from './scenario-file.ts'
import { asToken, create, headers, lifetimeOf, someToken, use, type Script } from './script-requests.ts'
import { PARTS_IN_TIME } from './script-parts-in-time.ts'

export interface ScriptPart {
  readonly weight: number
  readonly draw: (script: Script) => void
}

export const SCRIPT_PARTS: readonly ScriptPart[] = [
  { weight: 5, draw: createAndUse },
  { weight: 5, draw: useToken },
  { weight: 4, draw: writeAndRead },
  { weight: 2, draw: tree },
  { weight: 3, draw: revoke },
  { weight: 2, draw: login },
  { weight: 2, draw: renew },
  { weight: 2, draw: limited },
  { weight: 2, draw: batch },
  { weight: 2, draw: forged },
  { weight: 1, draw: cubbyhole },
  { weight: 2, draw: wait },
  { weight: 2, draw: catchUp },
  ...PARTS_IN_TIME,
]

function useToken(script: Script): void {
  use(script, someToken(script))
}

function createAndUse(script: Script): void {
  const parent = script.dice.happens(0.3) ? someToken(script) : null
  const name = create(script, lifetimeOf(script), parent)
  for (let times = script.dice.between(1, 2); times > 0; times -= 1) use(script, name)
}

function writeAndRead(script: Script): void {
  const { dice } = script
  const index = script.name('i')
  const token = dice.happens(0.5) ? someToken(script) : null
  const secret = dice.pick(['secret/data/app', 'secret/data/b', 'secret/data/c'])
  // Few values, so that writes repeat each other.
  const body = { data: { v: dice.between(1, 3) } }
  script.ask({
    put: secret,
    node: script.node(),
    ...asToken(token),
    body,
    save: { [index]: 'index' },
    ...headers(script),
  })
  script.indexes.push(index)
  if (dice.happens(0.2)) script.ask({ delete: secret, node: script.node() })
  for (let times = dice.between(1, 3); times > 0; times -= 1) {
    const wanted: FileRow = dice.happens(0.6) ? { index } : {}
    const by: FileRow = dice.happens(0.3) ? { inconsistent: 'forward-active-node' } : {}
    script.ask({ get: secret, node: script.node(), ...asToken(token), ...wanted, ...by })
  }
}

function tree(script: Script): void {
  const { dice } = script
  const parent = create(script, {}, null)
  const children = Array.from({ length: dice.between(1, 2) }, () => create(script, {}, parent))
  const leaf = dice.happens(0.4) ? create(script, {}, children[0] ?? parent) : null
  if (dice.happens(0.5)) script.add({ wait_until: 'applied', node: 'standby' })
  for (const child of children) if (dice.happens(0.4)) use(script, child)
  script.ask(
    dice.weighted<FileRow>([
      [{ post: 'auth/token/revoke', node: script.node(), body: { token: `\${${parent}}` } }, 2],
      [{ post: 'auth/token/revoke-orphan', node: script.node(), body: { token: `\${${parent}}` } }, 2],
      [{ post: 'auth/token/revoke-self', node: script.node(), token: parent }, 1],
    ]),
  )
  if (dice.happens(0.4)) script.add({ wait_until: 'applied', node: 'standby' })
  for (const token of [...children, leaf ?? parent, parent]) use(script, token)
}

function revoke(script: Script): void {
  const { dice } = script
  const token = dice.happens(0.3) ? create(script, lifetimeOf(script), null) : someToken(script)
  if (token === null) return use(script, null)
  // A node that has seen the token may remember it.
  const at = dice.happens(0.5) ? script.node() : null
  if (dice.happens(0.6)) use(script, token, at ?? script.node())
  script.ask(
    dice.weighted<FileRow>([
      [{ post: 'auth/token/revoke', node: script.node(), body: { token: `\${${token}}` } }, 3],
      [{ post: 'auth/token/revoke-self', node: script.node(), token }, 2],
    ]),
  )
  if (dice.happens(at === null ? 0.3 : 0.7)) script.add({ wait_until: 'applied', node: 'standby' })
  for (let times = dice.between(1, 3); times > 0; times -= 1) use(script, token, at ?? script.node())
}

function login(script: Script): void {
  const { dice } = script
  const name = script.name('t')
  const user = dice.pick(['job', 'quick', 'baker'])
  const password = dice.happens(0.1) ? 'wrong' : 'pw'
  const save = password === 'pw' ? { save: { [name]: 'auth.client_token' } } : {}
  script.ask({ post: `auth/userpass/login/${user}`, node: script.node(), token: 'none', body: { password }, ...save })
  if (password === 'wrong') return
  script.tokens.push(name)
  for (let times = dice.between(1, 2); times > 0; times -= 1) use(script, name)
}

function renew(script: Script): void {
  const { dice } = script
  const token = dice.happens(0.5)
    ? create(script, { ttl: '2s', ...(dice.happens(0.6) ? { explicit_max_ttl: '3s' } : {}) }, null)
    : someToken(script)
  if (token === null) return use(script, null)
  if (dice.happens(0.5)) script.add({ wait: dice.pick(['500ms', '1500ms']) })
  const body = dice.happens(0.5) ? { body: { increment: dice.pick(['1s', '10s', '10s']) } } : {}
  script.ask({ post: 'auth/token/renew-self', node: dice.happens(0.5) ? 'active' : script.node(), token, ...body })
  if (dice.happens(0.5)) script.add({ wait: dice.pick(['500ms', '1500ms', '2500ms']) })
  for (let times = dice.between(1, 3); times > 0; times -= 1) use(script, token)
}

function limited(script: Script): void {
  const { dice } = script
  const uses = dice.between(1, 3)
  const token = create(script, { num_uses: uses }, null)
  if (dice.happens(0.5)) script.add({ wait_until: 'applied', node: 'standby' })
  for (let times = uses + dice.between(0, 2); times > 0; times -= 1) use(script, token)
}

function batch(script: Script): void {
  const { dice } = script
  const orphan = dice.happens(0.5) ? { no_parent: true } : {}
  const parent = dice.happens(0.6) ? create(script, {}, null) : null
  if (dice.happens(0.5)) script.add({ wait_until: 'applied', node: 'standby' })
  const token = create(script, { type: 'batch', ttl: dice.pick(['2s', '1h']), ...orphan }, parent)
  if (dice.happens(0.5)) script.ask({ put: 'secret/data/b', node: 'active', body: { data: { v: 1 } } })
  for (let times = dice.between(1, 3); times > 0; times -= 1) use(script, token)
  if (dice.happens(0.3)) script.ask({ post: 'auth/token/renew-self', node: script.node(), token })
  if (parent !== null && dice.happens(0.4)) {
    script.ask({ post: 'auth/token/revoke-self', node: script.node(), token: parent })
    use(script, token)
  }
}

function forged(script: Script): void {
  const { dice } = script
  const of = create(script, {}, null)
  const name = script.name('f')
  script.forge({ name, of, change: dice.pick(FORGERY_CHANGES) })
  if (dice.happens(0.3)) script.add({ wait_until: 'applied', node: 'standby' })
  for (let times = dice.between(1, 3); times > 0; times -= 1) use(script, name)
}

function cubbyhole(script: Script): void {
  const token = someToken(script) ?? create(script, {}, null)
  script.ask({ put: 'cubbyhole/mine', node: script.node(), token, body: { v: 1 } })
  script.ask({ get: 'cubbyhole/mine', node: script.node(), token })
}

function wait({ dice, add }: Script): void {
  add({ wait: dice.pick(['1ms', '30ms', '300ms', '1200ms', '2500ms']) })
}

function catchUp({ dice, add }: Script): void {
  add({ wait_until: 'applied', node: dice.happens(0.5) ? 'standby' : 'n1' })
}
