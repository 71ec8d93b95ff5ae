/** What each path answers that plans ask for: one row a path. */

import type { JsonObject, JsonValue, Method, VaultRequest } from '@fourtwelve/protocol'
import type { Moment } from './alive.ts'
import { status, type Expected } from './expected.ts'
import { expectedCreation, expectedLookup, expectedRenewal, expectedRevocation, lookedUp } from './expected-tokens.ts'
import { timeText } from './lengths.ts'
import {
  inCubbyhole,
  hasMount,
  secretIn,
  secretNames,
  versionIn,
  type Replayed,
  type StoredLease,
  type StoredSecret,
  type StoredToken,
} from './replayed-state.ts'

/** A request that was let in. */
export interface LetIn {
  readonly moment: Moment
  readonly request: VaultRequest
  /** As it is after this use. */
  readonly token: StoredToken
  readonly lease: StoredLease | null
  /** The token that the body names; empty for none. */
  readonly named: string
  readonly sudo: boolean
}

export interface Asked {
  /** Only the active node can do it. */
  readonly changes: boolean
  readonly namesToken?: true
  /** Whether what is written is there already: then it is an update, else a creation. Absent: always an update. */
  readonly isThere?: (moment: Moment, request: VaultRequest, token: StoredToken) => boolean
  readonly answer: (what: LetIn) => Expected
}

const READS = { changes: false } as const
const CHANGES = { changes: true } as const
const DONE = status(204)

/** Method and path; `*` stands for one name. */
const PATHS: Readonly<Record<string, Asked>> = {
  'GET secret/data/*': { ...READS, answer: readSecret },
  'POST secret/data/*': { ...CHANGES, isThere: isSecretThere, answer: writeSecret },
  'DELETE secret/data/*': { ...CHANGES, answer: () => DONE },
  'GET secret/metadata/*': { ...READS, answer: readMetadata },
  'DELETE secret/metadata/*': { ...CHANGES, answer: () => DONE },
  'LIST secret/metadata': { ...READS, answer: listSecrets },
  'POST secret/delete/*': { ...CHANGES, answer: () => DONE },
  'POST secret/undelete/*': { ...CHANGES, answer: () => DONE },
  'POST secret/destroy/*': { ...CHANGES, answer: () => DONE },
  'GET auth/token/lookup-self': { ...READS, answer: lookedUp },
  'POST auth/token/lookup': { ...READS, namesToken: true, answer: expectedLookup },
  'POST auth/token/create': { ...READS, answer: (what) => expectedCreation(what, false) },
  'POST auth/token/create-orphan': { ...READS, answer: (what) => expectedCreation(what, true) },
  'POST auth/token/renew-self': { ...CHANGES, answer: (what) => expectedRenewal(what, 'own') },
  'POST auth/token/renew': { ...CHANGES, namesToken: true, answer: (what) => expectedRenewal(what, 'named') },
  'POST auth/token/revoke-self': { ...CHANGES, answer: (what) => expectedRevocation(what, 'own') },
  'POST auth/token/revoke': { ...CHANGES, namesToken: true, answer: (what) => expectedRevocation(what, 'named') },
  'POST auth/token/revoke-orphan': {
    ...CHANGES,
    namesToken: true,
    answer: (what) => expectedRevocation(what, 'alone'),
  },
  'POST cubbyhole/*': {
    ...CHANGES,
    isThere: ({ state }, { path }, token) =>
      token.type === 'service' && inCubbyhole(state, token.saltedId, nameIn(path)),
    answer: ({ token }) => status(token.type === 'batch' ? 400 : 204),
  },
  'POST sys/policies/acl/*': { ...CHANGES, answer: () => DONE },
  'POST sys/mounts/*': {
    ...CHANGES,
    answer: ({ moment, request }) => status(hasMount(moment.state, `${nameIn(request.path)}/`) ? 400 : 204),
  },
}

/** Null for a path that leads nowhere. */
export const pathAsked = ({ method, path }: { readonly method: Method; readonly path: string }): Asked | null =>
  PATHS[`${method} ${path}`] ?? PATHS[`${method} ${path.slice(0, path.lastIndexOf('/'))}/*`] ?? null

/** The last name of a path. */
const nameIn = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function isSecretThere({ state }: Moment, { path }: VaultRequest): boolean {
  return secretIn(state, nameIn(path)) !== null
}

function readSecret({ moment: { state, now }, request: { path, query } }: LetIn): Expected {
  const secret = secretIn(state, nameIn(path))
  const number = Number(query['version'] ?? secret?.currentVersion ?? 0)
  const version = secret?.versions[number]
  if (secret === null || version === undefined) return status(404, { errors: [] })
  const metadata = { ...shown(version), version: number, custom_metadata: null }
  const isGone = version.destroyed || (version.deletionTime !== null && version.deletionTime <= now)
  if (isGone) return status(404, { data: { data: null, metadata } })
  const data = versionIn(state, nameIn(path), number)
  // In the middle of a deletion the data goes before the metadata.
  return data === null ? status(500) : status(200, { data: { data: data as JsonObject, metadata } })
}

const shown = ({ createdTime, deletionTime, destroyed }: StoredSecret['versions'][string]): JsonObject => ({
  created_time: timeText(createdTime),
  deletion_time: deletionTime === null ? '' : timeText(deletionTime),
  destroyed,
})

function writeSecret({ moment: { state, now }, request: { path } }: LetIn): Expected {
  const version = (secretIn(state, nameIn(path))?.currentVersion ?? 0) + 1
  return status(200, { data: { version, created_time: timeText(now), deletion_time: '', destroyed: false } })
}

function readMetadata({ moment: { state }, request: { path } }: LetIn): Expected {
  const secret = secretIn(state, nameIn(path))
  if (secret === null) return status(404, { errors: [] })
  const { currentVersion, oldestVersion, versions } = secret
  return status(200, {
    data: {
      current_version: currentVersion,
      oldest_version: oldestVersion,
      versions: Object.fromEntries(
        Object.entries(versions).map(([number, version]): [string, JsonValue] => [number, shown(version)]),
      ),
    },
  })
}

function listSecrets({ moment: { state } }: { readonly moment: { readonly state: Replayed } }): Expected {
  const keys = secretNames(state)
  return keys.length === 0 ? status(404, { errors: [] }) : status(200, { data: { keys } })
}
