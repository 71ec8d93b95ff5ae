/** The cases of the conformance suite, a row each. The names are the specification. */

import { linkId, milliseconds, nodeId, vaultRequest, type Micros, type VaultRequest } from '@fourtwelve/protocol'
import type { Cluster } from './cluster.ts'
import {
  ask,
  at,
  body,
  inflict,
  same,
  textAt,
  wait,
  type ConformanceCase,
  type Play,
  type Wanted,
} from './conformance.ts'

const [N0, N1, N2] = [nodeId(0), nodeId(1), nodeId(2)]
const LAG = milliseconds(300)
/** Long enough for a lag to pass on a busy machine. */
const LAG_AND_MARGIN: Micros = milliseconds(900)

const PLAIN: Wanted = { standbys: 1, lag: LAG, replication: {}, given: [] }
const post = (path: string, value: Parameters<typeof body>[0]): VaultRequest =>
  vaultRequest('POST', path, { body: body(value) })
const BOB: readonly VaultRequest[] = [
  post('sys/auth/userpass', { type: 'userpass' }),
  post('auth/userpass/users/bob', { password: 'pw', policies: ['default'] }),
]

const row = (name: string, wanted: Partial<Wanted>, play: (cluster: Cluster) => Play): ConformanceCase => ({
  name,
  wanted: { ...PLAIN, ...wanted },
  play,
})

const newToken = (
  { rootToken }: Cluster,
  given: Parameters<typeof body>[0] = { policies: ['default'] },
): ReturnType<typeof ask> => ask(N0, 'POST', 'auth/token/create', { token: rootToken, body: body(given) })

export const CONFORMANCE_CASES: readonly ConformanceCase[] = [
  row(
    'a fresh token is refused with 412 on a lagging standby, and accepted when the lag has passed',
    {},
    function* (cluster) {
      const token = textAt(yield* newToken(cluster), 'auth', 'client_token')
      const early = yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })
      same('the early status', early.reply.status, 412)
      same('its errors', at(early, 'errors'), ['required index state not present'])
      yield* wait(LAG_AND_MARGIN)
      const late = yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })
      same('the late status', [late.reply.status, late.served.by], [200, N1])
    },
  ),
  row(
    'with new_token a fresh token is forwarded, and the standby is caught up afterwards',
    { replication: { allow_forwarding_via_token: 'new_token' } },
    function* (cluster) {
      const token = textAt(yield* newToken(cluster), 'auth', 'client_token')
      const first = yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })
      same('the first answer', [first.reply.status, first.served.by, first.served.forwarded], [200, N0, 'new-token'])
      const second = yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })
      same('the second answer', [second.reply.status, second.served.by, second.served.forwarded], [200, N1, null])
    },
  ),
  row(
    "a write's X-Vault-Index is refused where the write is not applied, and read where it is",
    {},
    function* ({ rootToken: token }) {
      const written = yield* ask(N0, 'PUT', 'secret/data/a', { token, body: body({ data: { v: 1 } }) })
      const index = [written.reply.index ?? 'none']
      same('the early status', (yield* ask(N1, 'GET', 'secret/data/a', { token, index })).reply.status, 412)
      same('without the index', (yield* ask(N1, 'GET', 'secret/data/a', { token })).reply.status, 404)
      yield* wait(LAG_AND_MARGIN)
      same('the late value', at(yield* ask(N1, 'GET', 'secret/data/a', { token, index }), 'data', 'data', 'v'), 1)
    },
  ),
  row('several values of X-Vault-Index must all hold', {}, function* ({ rootToken: token }) {
    const one = yield* ask(N0, 'PUT', 'secret/data/a', { token, body: body({ data: { v: 1 } }) })
    yield* wait(LAG_AND_MARGIN)
    const two = yield* ask(N0, 'PUT', 'secret/data/b', { token, body: body({ data: { v: 2 } }) })
    const index = [one.reply.index ?? 'none', two.reply.index ?? 'none']
    same('the status', (yield* ask(N1, 'GET', 'secret/data/a', { token, index })).reply.status, 412)
  }),
  row('a held link applies nothing until it is released', { lag: milliseconds(0) }, function* (cluster) {
    yield* inflict({ kind: 'hold', link: linkId(N0, N1) })
    yield* wait(milliseconds(100))
    const token = textAt(yield* newToken(cluster), 'auth', 'client_token')
    yield* wait(milliseconds(500))
    same('while held', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 412)
    yield* inflict({ kind: 'release', link: linkId(N0, N1) })
    yield* wait(milliseconds(200))
    same('released', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
  }),
  row(
    'a write through a standby is forwarded, waits for its copy and can be read there',
    {},
    function* ({ rootToken: token }) {
      const written = yield* ask(N1, 'PUT', 'secret/data/a', { token, body: body({ data: { v: 7 } }) })
      same('the write', [written.reply.status, written.served.by, written.served.forwarded], [200, N0, 'write'])
      same('the value', at(yield* ask(N1, 'GET', 'secret/data/a', { token }), 'data', 'data', 'v'), 7)
    },
  ),
  row(
    'a wait that runs out is told in a warning',
    { lag: milliseconds(3000), replication: { best_effort_wal_wait_duration: milliseconds(200) } },
    function* ({ rootToken: token }) {
      const written = yield* ask(N1, 'PUT', 'secret/data/a', { token, body: body({ data: { v: 7 } }) })
      same('the write', [written.reply.status, written.served.waitTimedOut], [200, true])
      if (!JSON.stringify(at(written, 'warnings')).includes('Timeout hit while waiting'))
        throw new Error('the answer has no warning')
    },
  ),
  row('a login on a standby works there at once, and on another one later', { standbys: 2, given: BOB }, function* () {
    const login = yield* ask(N1, 'POST', 'auth/userpass/login/bob', { body: body({ password: 'pw' }) })
    same('the login', [login.reply.status, login.served.by, login.served.forwarded], [200, N1, 'rpc'])
    const token = textAt(login, 'auth', 'client_token')
    same('there', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
    yield* wait(LAG_AND_MARGIN)
    same('elsewhere, later', (yield* ask(N2, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
  }),
  row(
    'a batch token made on a standby works everywhere at once and writes nothing',
    { standbys: 2, lag: milliseconds(5000) },
    function* ({ rootToken }) {
      const given = { type: 'batch', policies: ['default'], no_parent: true, ttl: '1h' }
      const made = yield* ask(N1, 'POST', 'auth/token/create', { token: rootToken, body: body(given) })
      same('how it was made', [made.reply.status, made.served.by, made.served.wrote], [200, N1, 0])
      const token = textAt(made, 'auth', 'client_token')
      for (const node of [N0, N1, N2])
        same(`on ${node}`, (yield* ask(node, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
    },
  ),
  row(
    'a token with a use count is forwarded, and each use counts once in the cluster',
    { standbys: 2 },
    function* (cluster) {
      const token = textAt(yield* newToken(cluster, { policies: ['default'], num_uses: 2 }), 'auth', 'client_token')
      yield* wait(LAG_AND_MARGIN)
      const first = yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })
      same('the first use', [first.reply.status, first.served.forwarded], [200, 'limited-use'])
      same('the second', (yield* ask(N2, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
      yield* wait(LAG_AND_MARGIN)
      same('the third', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 403)
    },
  ),
  row('a revoked token lives on where the revocation is not applied', {}, function* (cluster) {
    const token = textAt(yield* newToken(cluster), 'auth', 'client_token')
    yield* wait(LAG_AND_MARGIN)
    same('the revocation', (yield* ask(N0, 'POST', 'auth/token/revoke-self', { token })).reply.status, 204)
    same('on the active node', (yield* ask(N0, 'GET', 'auth/token/lookup-self', { token })).reply.status, 403)
    same('on the standby', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
    yield* wait(LAG_AND_MARGIN)
    same('later', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 403)
  }),
  row('a token that has come to its end is refused on every node', { lag: milliseconds(0) }, function* (cluster) {
    const token = textAt(yield* newToken(cluster, { policies: ['default'], ttl: '1s' }), 'auth', 'client_token')
    yield* wait(milliseconds(200))
    same('in time', (yield* ask(N1, 'GET', 'auth/token/lookup-self', { token })).reply.status, 200)
    yield* wait(milliseconds(1200))
    for (const node of [N0, N1])
      same(`late, on ${node}`, (yield* ask(node, 'GET', 'auth/token/lookup-self', { token })).reply.status, 403)
  }),
  row(
    'a cut standby answers reads and cannot write; healed, it catches up',
    { standbys: 2, lag: milliseconds(0) },
    function* ({ rootToken: token }) {
      yield* inflict({ kind: 'cut', link: linkId(N0, N1), oneWay: false })
      yield* wait(milliseconds(100))
      same(
        'a write elsewhere',
        (yield* ask(N0, 'PUT', 'secret/data/a', { token, body: body({ data: { v: 1 } }) })).reply.status,
        200,
      )
      same('a read', (yield* ask(N1, 'GET', 'secret/data/a', { token })).reply.status, 404)
      const write = yield* ask(N1, 'PUT', 'secret/data/b', { token, body: body({ data: { v: 1 } }) })
      if (write.reply.status < 300)
        throw new Error(`a write through a cut standby was answered with ${write.reply.status}`)
      yield* inflict({ kind: 'heal', link: linkId(N0, N1) })
      yield* wait(milliseconds(500))
      same('healed', (yield* ask(N1, 'GET', 'secret/data/a', { token })).reply.status, 200)
    },
  ),
  row(
    'a forwarding header is an error where it is not allowed, on the active node too',
    {},
    function* ({ rootToken: token }) {
      for (const node of [N0, N1]) {
        same(`on ${node}`, (yield* ask(node, 'GET', 'sys/mounts', { token, forward: 'active-node' })).reply.status, 400)
        same(
          `on ${node}`,
          (yield* ask(node, 'GET', 'sys/mounts', { token, inconsistent: 'forward-active-node' })).reply.status,
          400,
        )
      }
    },
  ),
  row('who is not let in reads nothing', {}, function* () {
    for (const token of [null, 'hvs.nosuchtoken', 'hvb.AAAAAQ']) {
      same(`with ${token}`, (yield* ask(N1, 'GET', 'secret/data/a', { token })).reply.status, 403)
    }
  }),
]
