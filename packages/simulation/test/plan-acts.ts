/**
 * The acts of a plan, done to a cluster of either runtime: its clients and its faults.
 * Always holds: what is sent depends on the plan and on the answers so far; every request has one answer at most (a second one throws);
 * calls and replies are in the cluster's history.
 */

import type { Answer, Cluster, Fault } from '@fourtwelve/cluster'
import { callRecord, replyRecord } from '@fourtwelve/checker'
import {
  decodeIndexState,
  isIndexDefect,
  isJsonObject,
  linkId,
  micros,
  milliseconds,
  nodeId,
  vaultRequest,
  type JsonObject,
  type Micros,
  type VaultRequest,
} from '@fourtwelve/protocol'
import { lagOf, type FaultAct, type NodeFaultAct, type Plan, type RequestAct } from './plan.ts'
import { REQUESTS, type Asked } from './plan-requests.ts'

export interface PlayedActs {
  /** By request; a request has one answer. */
  readonly answers: ReadonlyMap<number, Answer>
  /** Requests so far. */
  sent(): number
  /** When the last act is done and every fault is ended. */
  readonly last: Micros
}

/** Lets everything in the plan happen in its time; at `last` all nodes run and all links are whole and released. */
export function playActs(plan: Plan, cluster: Cluster): PlayedActs {
  const answers = new Map<number, Answer>()
  const tokens: string[] = [cluster.rootToken]
  const indexes: string[] = []
  /** The highest X-Vault-Index that each session got. */
  const memories = new Map<number, string>()
  let sent = 0

  const send = (act: RequestAct): void => {
    const id = ++sent
    const node = nodeId(act.node % cluster.nodes.length)
    const session = act.session ?? 0
    const remembers = session > 1
    const memory = memories.get(session)
    const tampered = act.what === 'tamper'
    const request = requestOf(act, id, tokens, remembers ? [] : indexes, remembers ? memory : undefined)
    const facts = { id, operation: id, attempt: 1, session: `s${session}`, node, request, remembers, tampered }
    cluster.record(callRecord(cluster.now(), facts))
    cluster.send(node, id, request, (answer) => {
      if (answers.has(id)) throw new Error(`request ${id} was answered twice`)
      answers.set(id, answer)
      cluster.record(replyRecord(cluster.now(), { id, request }, answer))
      if (answer.kind === 'lost') return
      const made = tokenOf(answer.value.reply.body)
      if (made !== null && !tokens.includes(made)) tokens.push(made)
      const { index } = answer.value.reply
      if (index === null) return
      indexes.push(index)
      const known = memories.get(session)
      if (known === undefined || localOf(index) > localOf(known)) memories.set(session, index)
    })
  }

  const last = milliseconds(Math.max(0, ...plan.acts.map(({ at }) => at)))
  for (const act of plan.acts) {
    cluster.after(milliseconds(act.at), () => {
      if ('what' in act) send(act)
      else if ('trouble' in act) cluster.inflict(troubleOf(act, cluster.nodes.length))
      else if (plan.standbys > 0) cluster.inflict(faultOf(act, plan.standbys))
    })
  }
  cluster.after(last, () => endFaults(plan, cluster))
  return { answers, sent: () => sent, last: micros(last) }
}

function endFaults({ acts, standbys }: Plan, cluster: Cluster): void {
  if (acts.some((act) => 'trouble' in act)) {
    for (const { node, running } of cluster.state()) {
      cluster.inflict(running ? { kind: 'resume', node } : { kind: 'restart', node })
    }
  }
  for (let standby = 1; standby <= standbys; standby++) {
    for (const kind of ['heal', 'release'] as const) cluster.inflict({ kind, link: linkId(nodeId(0), nodeId(standby)) })
  }
}

function troubleOf({ victim, trouble }: NodeFaultAct, nodes: number): Fault {
  const node = nodeId(victim % nodes)
  switch (trouble) {
    case 'promote':
    case 'backup':
    case 'restore':
      return { kind: trouble }
    case 'kill':
      return { kind: 'kill', node, loses: 'nothing' }
    case 'lose':
      return { kind: 'kill', node, loses: 'unflushed' }
    case 'restart':
    case 'pause':
    case 'resume':
    case 'step-down':
      return { kind: trouble, node }
  }
}

function faultOf({ link: ordinal, fault }: FaultAct, standbys: number): Fault {
  const link = linkId(nodeId(0), nodeId(1 + (ordinal % standbys)))
  if (typeof fault !== 'string') return { kind: 'lag', link, lag: lagOf(fault.lag) }
  return fault === 'cut' ? { kind: fault, link, oneWay: false } : { kind: fault, link }
}

function localOf(index: string): number {
  const state = decodeIndexState(index)
  return isIndexDefect(state) ? 0 : Number(state.localIndex)
}

/** Another letter in the middle: of the index, the id or the MAC, wherever that is. */
const tamperedWith = (token: string, n: number): string => {
  const at = 8 + (n % Math.max(1, token.length - 16))
  return `${token.slice(0, at)}${token[at] === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`
}

function requestOf(
  act: RequestAct,
  id: number,
  tokens: readonly string[],
  indexes: readonly string[],
  remembered: string | undefined,
): VaultRequest {
  const chosen = act.token ?? 0
  const token = (chosen === 0 ? tokens[0] : tokens.at(-chosen)) ?? tokens[0] ?? ''
  const other = tokens.at(-1 - chosen) ?? tokens[0] ?? ''
  // Root is never revoked: nothing could be asked any more.
  const asks = REQUESTS[act.what] as (other: string, n: number) => Asked
  const spares = act.what.startsWith('revoke') && (act.what === 'revoke self' ? token : other) === tokens[0]
  const [method, path, body, version] = spares ? (REQUESTS['look up self']() as Asked) : asks(other, id)
  const index =
    remembered !== undefined
      ? [remembered]
      : act.index === undefined
        ? []
        : act.index === 'bad'
          ? ['bad']
          : indexes.slice(-1 - act.index).slice(0, 2)
  return vaultRequest(method, path, {
    token: path.includes('/login/') ? null : act.what === 'tamper' ? tamperedWith(token, id) : token,
    index,
    query: version === undefined ? {} : { version: String(version) },
    body: body === undefined ? { kind: 'none' } : { kind: 'json', value: body },
    forward: act.by === 'forward' ? 'active-node' : '',
    inconsistent: act.by === 'inconsistent' ? 'forward-active-node' : '',
  })
}

function tokenOf(body: JsonObject | null): string | null {
  const auth = body?.['auth']
  const token = isJsonObject(auth) ? auth['client_token'] : undefined
  return typeof token === 'string' && token !== '' ? token : null
}
