/**
 * The cluster that real clients are run against: an active node and one standby, with a user who may write, read and list secrets.
 * Always holds: a task begins on an empty cluster, so that every call in its history is the client's.
 */

import type { CallRecord, HistoryRecord, JsonObject, ReplyRecord } from '@fourtwelve/protocol'
import { startCluster, type TestCluster } from 'fourtwelve'

/** What every client's program is told, in variables of these names. */
export interface Task {
  /** The node that is spoken to. */
  readonly VAULT_ADDR: string
  /** Where the token of task `fresh-token` is made. */
  readonly VAULT_ACTIVE_ADDR: string
  /** A root token. */
  readonly VAULT_TOKEN: string
  /** `everyday`: each of OPERATIONS once. `fresh-token`: a token made on the active node reads a secret at VAULT_ADDR at once. */
  readonly CLIENT_TASK: 'everyday' | 'fresh-token'
  /** How the client is set up: `default`, or a name that its program knows. */
  readonly CLIENT_SETTING: string
}

/** What a program says of one operation: a line of JSON. */
export interface Done {
  readonly op: string
  readonly ok: boolean
  readonly ms: number
  /** What went wrong, in the client's own words, */
  readonly error?: string
  /** and the status that the client tells, if it tells one. */
  readonly status?: number
}

/** Of task `everyday`, in order. */
export const OPERATIONS: readonly string[] = [
  'login',
  'create-token',
  'write',
  'read',
  'list',
  'lookup',
  'renew',
  'revoke',
]

export const USER = { name: 'alice', password: 'wonderland' } as const
export const ACTIVE = 'n0'
export const STANDBY = 'n1'

/** What every token here may do. A token without it, made by a root token, would be a root token, and those carry no index. */
export const POLICY = 'app'

const POLICY_TEXT = `
path "secret/data/*" { capabilities = ["create", "update", "read"] }
path "secret/metadata/*" { capabilities = ["list"] }
path "auth/token/create" { capabilities = ["update"] }
`

export function clusterForClients(replication: JsonObject = {}): Promise<TestCluster> {
  return startCluster({
    standbys: 1,
    replication,
    lag: '0ms',
    given: {
      policies: { [POLICY]: POLICY_TEXT },
      users: { [USER.name]: { password: USER.password, token_policies: [POLICY] } },
      secrets: { 'secret/data/given': { colour: 'blue' } },
    },
  })
}

export interface Seen {
  readonly done: readonly Done[]
  /** Every request that came to a node, with its answer, as the servers saw them. */
  readonly calls: readonly AnsweredCall[]
}

export interface AnsweredCall {
  readonly call: CallRecord
  readonly reply: ReplyRecord | undefined
}

/** Carries out one task on an emptied cluster, at a lag that holds for all of it. */
export async function carryOut(
  cluster: TestCluster,
  wish: Pick<Task, 'CLIENT_TASK' | 'CLIENT_SETTING'> & { readonly node: string; readonly lag: string },
  run: (task: Task) => Promise<readonly Done[]>,
): Promise<Seen> {
  const { node, lag, CLIENT_TASK, CLIENT_SETTING } = wish
  await cluster.control.lag('all', '0ms')
  const VAULT_TOKEN = await cluster.control.reset()
  await cluster.control.untilApplied(STANDBY)
  await cluster.control.lag('all', lag)
  const before = answeredCalls(await cluster.control.history()).length
  const done = await run({
    VAULT_ADDR: cluster.address(node),
    VAULT_ACTIVE_ADDR: cluster.address(ACTIVE),
    VAULT_TOKEN,
    CLIENT_TASK,
    CLIENT_SETTING,
  })
  return { done, calls: answeredCalls(await cluster.control.history()).slice(before) }
}

/** The requests that came to one node. */
export const callsTo = ({ calls }: Seen, node: string): readonly AnsweredCall[] =>
  calls.filter(({ call }) => call.node === node)

/** How many service tokens the answers handed out. */
export const tokensMinted = ({ calls }: Seen): number =>
  calls.filter(({ call, reply }) => reply?.token?.type === 'service' && MINTS.test(call.path)).length

const MINTS = /^auth\/(token\/create|[^/]+\/login)(\/|$)/

function answeredCalls(history: readonly HistoryRecord[]): readonly AnsweredCall[] {
  const replies = new Map<number, ReplyRecord>()
  for (const record of history) if (record.kind === 'reply') replies.set(record.id, record)
  return history
    .filter((record): record is CallRecord => record.kind === 'call')
    .map((call) => ({ call, reply: replies.get(call.id) }))
}
