/**
 * The model: what a node must answer, from the prefix of the log that it has applied and its clock.
 * Always holds: nothing of the node's own code is used; the order of the questions is Vault's (vault-consistency 0).
 */

import type { VaultRequest } from '@fourtwelve/protocol'
import { find, gate, hasState, type Found, type Moment } from './alive.ts'
import { capabilitiesAt, type Capability } from './allowed.ts'
import { FORWARD, status, type Expected } from './expected.ts'
import { expectedLogin } from './expected-tokens.ts'
import { pathAsked, type Asked } from './expected-paths.ts'
import { hasEntity } from './replayed-state.ts'

const HEALTH = { active: 200, 'performance-standby': 473, standby: 429 } as const

export function expectedAnswer(moment: Moment, request: VaultRequest): Expected {
  const { role, config } = moment
  const { path, method, index, forward, inconsistent } = request
  if (path === 'sys/health') return status(HEALTH[role])
  const isAhead = !hasState(moment, index)
  if (forward !== '' || inconsistent !== '') {
    if (!config.replication.allow_forwarding_via_header) return status(400)
    if (role !== 'active' && (forward !== '' || isAhead)) return FORWARD
  }
  if (role === 'standby') return FORWARD
  if (method === 'POST' && path.endsWith('/')) return status(400)
  if (isAhead) return status(412)
  if (path.startsWith('auth/userpass/login/')) return expectedLogin(moment, request)
  if (request.token === null) return status(403)
  const shut = gateAnswer(moment, request.token)
  return shut ?? whenFound(moment, request, find(moment, request.token))
}

/** What the index and the signature of a token forbid; null when it may be looked up. */
function gateAnswer(moment: Moment, presented: string): Expected | null {
  switch (gate(moment, presented)) {
    case 'open':
      return null
    case 'forged':
      return status(403)
    case 'ahead':
      return moment.config.replication.allow_forwarding_via_token === 'new_token' && moment.role !== 'active'
        ? FORWARD
        : status(412)
  }
}

function whenFound(moment: Moment, request: VaultRequest, found: Found): Expected {
  if (found.kind === 'absent') return status(403)
  if (found.kind === 'no-lease') return status(500)
  const { token, lease } = found
  if (token.numUses > 0 && moment.role !== 'active') return FORWARD
  // This use is counted before anything else is looked at; the last one leaves -1.
  const numUses = token.numUses === 1 ? -1 : Math.max(0, token.numUses - 1)
  const asked = pathAsked(request)
  const named = asked?.namesToken === true ? namedToken(request) : ''
  const shut = named === '' ? null : gateAnswer(moment, named)
  if (shut !== null) return shut
  if (moment.role !== 'active' && token.entityId !== '' && !hasEntity(moment.state, token.entityId)) return FORWARD
  return whenKnown(moment, request, asked, { token: { ...token, numUses }, lease, named })
}

function whenKnown(
  moment: Moment,
  request: VaultRequest,
  asked: Asked | null,
  who: Pick<Extract<Found, { kind: 'alive' }>, 'token' | 'lease'> & { readonly named: string },
): Expected {
  const { path, method } = request
  const allowedAt = method === 'LIST' && !path.endsWith('/') ? `${path}/` : path
  const may = capabilitiesAt(moment.state, who.token.policies, allowedAt)
  const needs: Capability =
    method === 'GET'
      ? 'read'
      : method === 'LIST'
        ? 'list'
        : method === 'DELETE'
          ? 'delete'
          : asked?.isThere?.(moment, request, who.token) === false
            ? 'create'
            : 'update'
  if (!may.has(needs)) return status(403)
  if (asked === null) return status(404)
  if (asked.changes && moment.role !== 'active') return FORWARD
  return asked.answer({ ...who, moment, request, sudo: may.has('sudo') })
}

function namedToken({ body }: VaultRequest): string {
  const named = body.kind === 'json' ? body.value['token'] : undefined
  return typeof named === 'string' ? named : ''
}
