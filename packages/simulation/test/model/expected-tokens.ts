/** What the token paths and logins answer. */

import type { JsonObject, JsonValue, VaultRequest } from '@fourtwelve/protocol'
import { find, type Found, type Moment } from './alive.ts'
import { FORWARD, status, type Expected } from './expected.ts'
import type { LetIn } from './expected-paths.ts'
import { endOf, granted, secondsOf, timeText, wholeSeconds } from './lengths.ts'
import { entityOfUser, tokenIn, userIn, type StoredLease } from './replayed-state.ts'

type Alive = Pick<Extract<Found, { kind: 'alive' }>, 'token' | 'lease'>

/** The request's own token, as this use leaves it. */
export const lookedUp = ({ moment, request, token, lease }: LetIn): Expected =>
  status(200, { data: looksLike(moment, { token, lease }, request.token ?? '') })

/** A token that is named. One that has no uses left is still told of. */
export function expectedLookup({ moment, named }: LetIn): Expected {
  const found = find(moment, named, true)
  if (found.kind === 'absent') return status(403)
  return found.kind === 'no-lease' ? status(400) : status(200, { data: looksLike(moment, found, named) })
}

function looksLike({ now }: Moment, { token, lease }: Alive, presented: string): JsonObject {
  const end = endOf(token, lease)
  return {
    id: presented,
    accessor: token.accessor,
    policies: token.policies,
    num_uses: token.numUses,
    orphan: token.parent === '',
    entity_id: token.entityId,
    type: token.type,
    path: token.path,
    meta: token.meta,
    display_name: token.displayName,
    creation_time: wholeSeconds(token.creationTime),
    creation_ttl: token.ttl,
    explicit_max_ttl: token.explicitMaxTtl,
    ttl: end === null ? 0 : wholeSeconds(end - now),
    expire_time: end === null ? null : timeText(end),
    ...(token.period > 0 ? { period: token.period } : {}),
    ...(lease === null ? {} : leaseLooksLike(lease)),
  }
}

const leaseLooksLike = ({ issueTime, renewable, lastRenewal }: StoredLease): JsonObject => ({
  issue_time: timeText(issueTime),
  renewable,
  ...(lastRenewal === null
    ? {}
    : { last_renewal: timeText(lastRenewal), last_renewal_time: wholeSeconds(lastRenewal) }),
})

/** What `auth/token/create` makes of a parent and a body. */
export function expectedCreation({ moment, request, token: parent, sudo }: LetIn, isOrphan: boolean): Expected {
  const asked = bodyOf(request)
  // A spent token, a batch token and one whose uses are counted have no children.
  if (parent.numUses !== 0 || parent.type === 'batch') return status(400)
  const { id } = asked
  const isCustom = typeof id === 'string'
  if (isCustom && (!sudo || tokenIn(moment.state, moment.crypto.saltedId(id)) !== null)) return status(400)
  const wanted = asked['policies'] as readonly string[]
  if (!sudo && !wanted.every((name) => parent.policies.includes(name))) return status(400)
  if (!sudo && asked['period'] !== undefined) return status(400)
  const isBatch = asked['type'] === 'batch'
  const ttl = granted(moment.config, {
    ttl: secondsOf(asked['ttl']),
    otherwise: 0,
    period: secondsOf(asked['period']),
    explicitMax: secondsOf(asked['explicit_max_ttl']),
    methodMax: 0,
    age: 0,
  })
  // With `forward`, a standby leaves the making of service tokens to the active node.
  if (!isBatch && moment.role !== 'active' && moment.config.switches.token_create === 'forward') return FORWARD
  const hasDefault = sudo || parent.policies.includes('default')
  return status(200, {
    auth: {
      policies: [...new Set(hasDefault ? [...wanted, 'default'] : wanted)].sort(),
      lease_duration: ttl ?? Number.NaN,
      renewable: !isBatch,
      token_type: isBatch ? 'batch' : 'service',
      orphan: isOrphan,
      entity_id: isOrphan ? '' : parent.entityId,
      num_uses: (asked['num_uses'] as number | undefined) ?? 0,
      ...(isCustom ? { client_token: id } : {}),
    },
  })
}

/** Users with their passwords are given to every plan, and nobody changes them. */
const PASSWORD = 'pw'

export function expectedLogin(moment: Moment, request: VaultRequest): Expected {
  const name = request.path.slice(request.path.lastIndexOf('/') + 1)
  const user = userIn(moment.state, name)
  if (user === null || bodyOf(request)['password'] !== PASSWORD) return status(400)
  const { policies, ttl, maxTtl, period, explicitMaxTtl, numUses } = user.token
  const isBatch = (user.token as JsonObject)['type'] === 'batch'
  const entity = entityOfUser(moment.state, name)
  const lease = granted(moment.config, {
    ttl: 0,
    otherwise: ttl,
    period,
    explicitMax: explicitMaxTtl,
    methodMax: maxTtl,
    age: 0,
  })
  return status(200, {
    auth: {
      policies: [...policies, 'default'].sort(),
      lease_duration: lease ?? Number.NaN,
      renewable: !isBatch,
      token_type: isBatch ? 'batch' : 'service',
      orphan: true,
      num_uses: numUses,
      metadata: { username: name },
      ...(entity === null ? {} : { entity_id: entity }),
    },
  })
}

/** Only on the active node. */
export function expectedRenewal(what: LetIn, which: 'own' | 'named'): Expected {
  const { moment, request, token, lease, named } = what
  const own: Found = token.numUses < 0 ? { kind: 'absent' } : { kind: 'alive', token, lease }
  const found = which === 'own' ? own : find(moment, named)
  if (found.kind !== 'alive' || found.token.type === 'batch') return status(400)
  const renewed = found.lease
  if (renewed === null || renewed.expireTime === null || !renewed.renewable) return status(400)
  const user = userIn(moment.state, found.token.meta?.['username'] ?? '')?.token
  const ttl = granted(moment.config, {
    ttl: secondsOf(bodyOf(request)['increment']),
    otherwise: user?.ttl ?? renewed.grantedTtl,
    period: user?.period ?? found.token.period,
    explicitMax: found.token.explicitMaxTtl,
    methodMax: user?.maxTtl ?? renewed.maxTtl,
    age: wholeSeconds(moment.now) - wholeSeconds(renewed.issueTime),
  })
  if (ttl === null) return status(500)
  const { policies, numUses, parent, entityId } = found.token
  const auth = {
    lease_duration: ttl,
    renewable: true,
    policies,
    num_uses: numUses,
    orphan: parent === '',
    entity_id: entityId,
  }
  return status(200, { auth })
}

/** Only on the active node. What is not there is revoked already, but nobody can be made an orphan by it. */
export function expectedRevocation({ moment, token, named, sudo }: LetIn, which: 'own' | 'named' | 'alone'): Expected {
  if (which === 'own') return status(token.type === 'batch' ? 400 : 204)
  const found = find(moment, named)
  if (which === 'alone' && (!sudo || found.kind !== 'alive')) return status(400)
  return status(found.kind === 'alive' && found.token.type === 'batch' ? 400 : 204)
}

const bodyOf = ({ body }: VaultRequest): Readonly<Record<string, JsonValue | undefined>> =>
  body.kind === 'json' ? body.value : {}
