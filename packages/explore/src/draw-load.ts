/**
 * Draws a load: clients side by side, and what happens to the cluster while they send.
 * Always holds: a load is small enough that a run takes a fraction of a second; it ends before its faults do.
 */

import type { Dice } from './dice.ts'
import { drawFaultRow, type FaultChoice } from './draw-faults.ts'
import type { FileClient, FileRow } from './scenario-file.ts'

export interface DrawnLoad {
  readonly duration: string
  readonly clients: readonly FileClient[]
  readonly faults: readonly FileRow[]
}

const CLIENTS_MAX = 3
const FAULT_ROWS_MAX = 3

const LOGIN: FileRow = {
  post: 'auth/userpass/login/job',
  token: 'none',
  body: { password: 'pw' },
  save: { mine: 'auth.client_token' },
}
const CREATE: FileRow = {
  post: 'auth/token/create',
  body: { policies: ['app', 'default'], ttl: '2s' },
  save: { mine: 'auth.client_token' },
}
const CHILD: FileRow = {
  post: 'auth/token/create',
  token: 'mine',
  body: { policies: ['app'] },
  save: { child: 'auth.client_token' },
}
const SELF: FileRow = { get: 'auth/token/lookup-self', token: 'mine' }
const OWN = 'secret/data/${session}'
const WRITE: FileRow = { put: OWN, body: { data: { v: 1 } }, save: { written: 'index' } }
const READ: FileRow = { get: OWN }

/** Flows by name: each is sent over and over by its sessions. */
const FLOWS: Readonly<Record<string, readonly FileRow[]>> = {
  write: [WRITE, READ, READ],
  index: [WRITE, { ...READ, index: 'written' }, { ...READ, index: 'written', inconsistent: 'forward-active-node' }],
  login: [LOGIN, SELF, { get: 'secret/data/app', token: 'mine' }],
  create: [CREATE, SELF, { post: 'auth/token/renew-self', token: 'mine' }, SELF],
  tree: [
    CREATE,
    CHILD,
    { get: 'auth/token/lookup-self', token: 'child' },
    { post: 'auth/token/revoke-self', token: 'mine' },
    SELF,
  ],
  own: [LOGIN, { put: OWN, token: 'mine', body: { data: { v: 2 } } }, { get: OWN, token: 'mine' }],
  uses: [
    {
      post: 'auth/token/create',
      body: { policies: ['app', 'default'], num_uses: 2 },
      save: { mine: 'auth.client_token' },
    },
    SELF,
    SELF,
    SELF,
  ],
  batch: [
    {
      post: 'auth/token/create',
      body: { policies: ['app', 'default'], type: 'batch', ttl: '1h' },
      save: { mine: 'auth.client_token' },
    },
    SELF,
    { get: 'secret/data/app', token: 'mine' },
  ],
}

export function drawLoad(dice: Dice, mitigations: readonly string[], choices: readonly FaultChoice[]): DrawnLoad {
  const names = Object.keys(FLOWS)
  const chosen = new Set(Array.from({ length: dice.between(1, CLIENTS_MAX) }, () => dice.pick(names)))
  const clients = [...chosen].map((name): FileClient => ({
    name,
    sessions: dice.between(1, 4),
    arrival: dice.happens(0.4)
      ? { closed: true, think: dice.pick(['60ms', '150ms', '400ms']) }
      : { rate: dice.pick(['5/s', '12/s', '25/s']) },
    routing: dice.pick(['sticky', 'round-robin', 'random', 'random', 'active-only']),
    mitigation: dice.pick(mitigations),
    flow: FLOWS[name] ?? [],
  }))
  const rows: FileRow[] = []
  for (let times = dice.between(1, FAULT_ROWS_MAX); times > 0 && choices.length > 0; times -= 1) {
    const row = drawFaultRow(dice, dice.pick(choices))
    if (row !== null) rows.push(row)
  }
  return { duration: dice.pick(['1s', '2500ms']), clients, faults: rows }
}
