/**
 * The way of a request through a node (vault-consistency 0): forwarding by header, state, token, policy, path.
 * Always holds: the order of these steps, on every node; a request is answered, forwarded or refused, once.
 */

import type { ForwardCause, Method } from '@fourtwelve/protocol'
import { knowsEntity } from '../identity/entity.ts'
import { isStorageFull, STORAGE_FULL } from '../log/storage-full.ts'
import { actingRole, refusalOf } from '../node-condition.ts'
import { forward } from '../peers/calls.ts'
import type { PathOperation } from '../path-spec.ts'
import { NODE_LOCAL } from '../paths/routes.ts'
import type { RequestContext } from '../request-context.ts'
import { findToken } from '../tokens/find-token.ts'
import { startRevocation } from '../tokens/revoke-tree.ts'
import type { PresentedToken } from '../tokens/presented-token.ts'
import type { Turn } from '../turn.ts'
import { authenticate, CHECK_WITHOUT_LEASE, gateRefusal, type Authentication } from './authenticate.ts'
import { authorize, type Permission } from './authorize.ts'
import type { OpenRequest } from './open-request.ts'
import { finish, shapeOf } from './finish.ts'
import { decideByHeaders, type HeaderDecision } from './header-forwarding.ts'
import { nodeMount } from './node-mount.ts'
import { askedOperation } from './operation.ts'
import { matchPath } from './path-table.ts'
import { answer, answerError, answerOfNode, refuseAtOnce } from './respond.ts'
import { dataOf } from './request-data.ts'
import { route, type Route } from './router.ts'
import { isStateMissing, MISSING_STATE } from './state-gate.ts'

export function serve(turn: Turn, open: OpenRequest): void {
  const { node, crypto } = turn
  if (serveAboutNode(turn, open)) return
  const to = route(node, open.request.path)
  const isLocalOnly = to?.spec?.localOnly === true
  const decision: HeaderDecision = isLocalOnly ? { kind: 'serve' } : decideByHeaders(node, crypto, open.request)
  if (decision.kind === 'refuse') return refuseAtOnce(turn, open, 400, [decision.error])
  const refusal = refusalOf(node, to?.spec ?? null)
  if (refusal !== null) return refuseAtOnce(turn, open, refusal.status, [refusal.error])
  const role = actingRole(node)
  if (role !== 'active' && decision.kind === 'forward') return forward(turn, open, decision.cause, 'silent')
  if (role === 'standby') return forwardSilently(turn, open, to, 'plain-standby')
  serveLogical(turn, open, to)
}

/** Sends a request on before anything was done for it, unless it may only be answered here. */
function forwardSilently(turn: Turn, open: OpenRequest, to: Route | null, cause: ForwardCause): void {
  if (to?.spec?.localOnly === true) return refuseAtOnce(turn, open, 400, ['cannot forward local-only request'])
  forward(turn, open, cause, 'silent')
}

/** sys/health and its kin answer about this very node: no gate, no token, no forwarding. */
function serveAboutNode(turn: Turn, open: OpenRequest): boolean {
  const { path } = open.request
  if (!path.startsWith('sys/')) return false
  const match = matchPath(NODE_LOCAL, path.slice('sys/'.length))
  if (match === null) return false
  const asked = PLAIN_OPERATIONS[open.request.method]
  const operation = asked === undefined ? undefined : match.spec.operations[asked]
  if (operation === undefined) {
    refuseAtOnce(turn, open, 405, [])
    return true
  }
  const data = dataOf(open.request, match.params)
  const context = { turn, open, mount: nodeMount, path, params: match.params, data, token: null, sudo: false }
  answerOfNode(turn, open, operation.handle(context))
  return true
}

/** These are plain HTTP handlers: they go by the method alone, and know no `?list=`. */
const PLAIN_OPERATIONS: Readonly<Partial<Record<Method, PathOperation>>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PUT: 'write',
}

function serveLogical(turn: Turn, open: OpenRequest, to: Route | null): void {
  const { node, crypto } = turn
  const { request } = open
  const asked = askedOperation(request)
  if (asked === 'bad-list-parameter') return refuseAtOnce(turn, open, 400, [])
  if (request.body.kind === 'bad') return refuseAtOnce(turn, open, 400, ['error parsing JSON'])
  if (request.path.endsWith('/') && (asked === 'write' || asked === 'patch')) {
    return refuseAtOnce(turn, open, 400, ["cannot write to a path ending in '/'"])
  }
  if (node.role !== 'active' && to?.spec?.alwaysForward === true) return forward(turn, open, 'always', 'silent')
  if (isStateMissing(node, crypto, request.index)) return refuseAtOnce(turn, open, 412, [MISSING_STATE])
  if (to?.spec?.login === true) return serveLogin(turn, open, to)

  const who = authenticate(turn, open)
  if (who.kind === 'forward') return forwardSilently(turn, open, to, who.cause)
  if (who.kind === 'refused') return refuse(turn, open, who)
  serveAuthenticated(turn, open, to, who.token)
  if (who.lastUse) startRevocation(turn, { salted: who.token.entry.saltedId, orphanChildren: false, answers: null })
}

/** An unmet index never waits; a token that is not found was looked for in what a majority may lack. */
function refuse(
  turn: Turn,
  open: OpenRequest,
  { looked, status, error }: Extract<Authentication, { kind: 'refused' }>,
): void {
  if (looked) answerError(turn, open, status, [error])
  else refuseAtOnce(turn, open, status, [error])
}

/** A login needs no token, but Vault looks one up that is there: on a standby without its lease it is found out, and under
 *  `new_token` one that is ahead of the standby is forwarded all the same (vault-consistency 1.5, PopulateTokenEntry). */
function serveLogin(turn: Turn, open: OpenRequest, to: Route): void {
  const { node, crypto, now } = turn
  const { token } = open.request
  if (token !== null && token !== '' && node.role !== 'active') {
    const gate = node.config.replication.allow_forwarding_via_token === 'new_token' ? gateRefusal(turn, token) : null
    if (gate?.kind === 'forward') return forward(turn, open, gate.cause, 'silent')
    if (gate?.kind === 'refused') return refuse(turn, open, gate)
    if (findToken(node, crypto, now, token).kind === 'lease-missing') return refuse(turn, open, CHECK_WITHOUT_LEASE)
  }
  handle(turn, open, to, null, false)
}

function serveAuthenticated(turn: Turn, open: OpenRequest, to: Route | null, token: PresentedToken): void {
  const { node } = turn
  const { request } = open
  const bodyToken = to?.spec?.bodyToken
  const named = bodyToken === undefined ? undefined : dataOf(request, to?.params ?? {})[bodyToken]
  if (typeof named === 'string' && named !== '') {
    const gate = gateRefusal(turn, named)
    if (gate?.kind === 'forward') return forward(turn, open, gate.cause, 'silent')
    if (gate?.kind === 'refused') {
      // The request's own token was looked up.
      return gate.status === 412 ? refuse(turn, open, gate) : answerError(turn, open, 403, ['bad token'])
    }
  }
  if (node.role !== 'active' && token.entry.entityId !== '' && !knowsEntity(node, token.entry.entityId)) {
    return forwardSilently(turn, open, to, 'unknown-entity')
  }
  const permission = to?.spec?.ownPolicy === true ? OWN_POLICY : authorize(turn, open, to, token)
  if (permission.kind === 'refused') return answerError(turn, open, permission.status, [permission.error])
  if (to === null)
    return answerError(turn, open, 404, [`no handler for route "${request.path}". route entry not found.`])
  handle(turn, open, to, token, permission.sudo)
}

/** The path's handler looks at policies itself. */
const OWN_POLICY: Permission = { kind: 'granted', sudo: false }

/** The path itself. */
function handle(turn: Turn, open: OpenRequest, to: Route, token: PresentedToken | null, sudo: boolean): void {
  const { spec, mount, params } = to
  const shape = shapeOf(turn.node, mount, spec)
  if (spec === null)
    return answer(turn, open, { kind: 'refused', status: 404, error: 'unsupported path', wrapped: true }, shape)
  const asked = askedOperation(open.request)
  const operation = asked === 'unsupported' || asked === 'bad-list-parameter' ? undefined : spec.operations[asked]
  if (operation === undefined) {
    return answer(turn, open, { kind: 'refused', status: 405, error: 'unsupported operation', wrapped: true }, shape)
  }
  if (operation.on === 'active' && turn.node.role !== 'active') return forward(turn, open, 'write', 'warn')
  if (operation.on !== 'any' && isStorageFull(turn.node))
    return refuseAtOnce(turn, open, STORAGE_FULL.status, [STORAGE_FULL.error])
  const context: RequestContext = {
    turn,
    open,
    mount,
    path: open.request.path,
    params,
    data: dataOf(open.request, params),
    token,
    sudo,
  }
  finish(turn, open, operation.handle(context), spec, shape)
}
