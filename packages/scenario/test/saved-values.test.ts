import { NO_BODY } from '@fourtwelve/protocol'
import { expect, test } from 'vitest'
import { requestOf } from '../dist/run-request.js'
import { failures, play } from './play-scenario.ts'
import { goodScenario } from './read-good-file.ts'

test('the values of the file are saved before the first step, for paths, queries, bodies, tokens and expected bodies', () => {
  const played = play(`question: q
values: { place: app, colour: red, wrong: hvs.no-such-token, version: '1' }
steps:
  - { put: 'secret/data/\${place}', node: n0, body: { data: { colour: '\${colour}' } }, expect: 200 }
  - { get: 'secret/data/\${place}', node: n0, expect: { status: 200, body: { data.data: { colour: '\${colour}' } } } }
  - { put: secret/data/app, node: n0, body: { data: { colour: blue } }, save: { second: data.version }, expect: 200 }
  - { get: secret/data/app, node: n0, query: { version: '\${version}' }, expect: { body: { data.data.colour: '\${colour}' } } }
  - { get: secret/data/app, node: n0, query: { version: '\${second}' }, expect: { body: { data.data.colour: blue } } }
  - { get: secret/data/app, node: n0, token: wrong, expect: 403 }
  - { get: secret/data/app, node: n0, expect: { body: { data.metadata.version: '\${second}' } } }
`)
  expect(failures(played)).toEqual([])
})

test('an expected body says what it is filled with when it is not met', () => {
  const played = play(`question: q
values: { colour: red }
steps:
  - { put: secret/data/app, node: n0, body: { data: { colour: blue } }, expect: 200 }
  - { get: secret/data/app, node: n0, expect: { body: { data.data.colour: '\${colour}' } } }
`)
  expect(failures(played)).toEqual(['2: expected data.data.colour to be "red", but it is "blue"'])
})

test('an expected body is filled with what was saved before its own request, also where that saves the name anew', () => {
  const played = play(`question: q
values: { made: '0' }
steps:
  - { put: secret/data/app, node: n0, body: { data: { a: 1 } }, save: { made: data.version }, expect: 200 }
  - { put: secret/data/app, node: n0, body: { data: { a: 2 } }, save: { made: data.version }, expect: { body: { data.version: '\${made}' } } }
`)
  expect(failures(played)).toEqual(['2: expected data.version to be 1, but it is 2'])
})

test('every value of a query is filled, one that is given several times too', () => {
  const { steps, values } = goodScenario(`question: q
values: { a: x y, b: '2' }
steps:
  - { get: 'p/\${b}', node: n0, token: a, query: { one: '<\${a}>', many: ['\${b}', c, '$\${a}'] }, expect: 200 }
`)
  const [step] = steps
  if (step?.kind !== 'request') throw new Error('the only step is a request')
  expect(requestOf(step.request, new Map(Object.entries(values)), 'the root token')).toMatchObject({
    path: 'p/2',
    token: 'x y',
    query: { one: '<x y>', many: ['2', 'c', '${a}'] },
    body: NO_BODY,
  })
})

test('a forged X-Vault-Index goes out as the file has it', () => {
  const { calls } = play(`question: q
values: { forged: 'no state at all', other: '' }
steps:
  - { get: secret/data/app, node: n0, index: [forged, other], expect: 412 }
`)
  expect(calls.map(({ index }) => index)).toEqual([['no state at all', '']])
})

test('a step whose expected body cannot be known is not sent, and says so', () => {
  const played = play(`question: q
steps:
  - { get: secret/data/none, node: n0, save: { found: data.data }, expect: 404 }
  - { get: secret/data/none, node: n0, expect: { status: 404, body: { data: '\${found}', errors: '\${found}' } } }
`)
  expect(failures(played)).toEqual([
    '1: expected data.data in the reply, to save it, but it is not there',
    '2: cannot be sent: nothing was saved as found',
  ])
  expect(played.calls).toHaveLength(1)
})

test('in flows, session is the name of the session, and values are there from the start of each', () => {
  const { calls, run } = play(`question: q
values: { colour: red }
duration: 1s
clients:
  - name: writer
    sessions: 3
    arrival: once
    routing: active-only
    flow:
      - { put: 'secret/data/\${session}', body: { data: { colour: '\${colour}', by: '\${session}' } }, save: { colour: data.version } }
      - { get: 'secret/data/\${session}', expect: { status: 200, body: { data.data.by: '\${session}', data.data.colour: red, data.metadata.version: '\${colour}' } } }
expect: { witnesses: [ok == 6] }
`)
  expect(calls.map(({ path }) => path).sort()).toEqual(
    ['writer-1', 'writer-1', 'writer-2', 'writer-2', 'writer-3', 'writer-3'].map((name) => `secret/data/${name}`),
  )
  expect(run.measurements.counts()).toMatchObject({ ok: 6, unexpected: 0 })
})
