/**
 * The data that a cluster starts with, as requests with the root token.
 * Always holds: what Vault would refuse is told, and never passed over.
 */

import { vaultRequest, type JsonObject, type ServedReply, type VaultRequest } from '@fourtwelve/protocol'
import type { Given } from '@fourtwelve/scenario'

export interface GivenRequest extends VaultRequest {
  /** Where it was read: `file:line:column`, or the setting that it came from. */
  readonly place: string
}

/** What a file's `given` asks of the cluster before anybody else. */
export function givenRequests({ policies, users, secrets, requests }: Given): readonly GivenRequest[] {
  const post = (place: string, path: string, value: JsonObject): GivenRequest => ({
    ...vaultRequest('POST', path, { body: { kind: 'json', value } }),
    place,
  })
  return [
    ...policies.map(({ place, name, hcl }) => post(place, `sys/policies/acl/${name}`, { policy: hcl })),
    ...users.slice(0, 1).map(({ place }) => post(place, 'sys/auth/userpass', { type: 'userpass' })),
    ...users.map(({ place, name, fields }) => post(place, `auth/userpass/users/${name}`, fields)),
    ...secrets.map(({ place, path, fields }) => post(place, path, isVersionTwo(path) ? { data: fields } : fields)),
    ...requests.map(({ place, path, body }) => post(place, path, body)),
  ]
}

const isVersionTwo = (path: string): boolean => path.startsWith('secret/data/')

/** Its message opens with the place in the file. */
export class BadGiven extends Error {}

/** Throws BadGiven for the first that was not taken. `replies` are in the order of `requests`; there may be none. */
export function refuseBadGivens(requests: readonly GivenRequest[], replies: readonly ServedReply[]): void {
  for (const [at, { reply }] of replies.entries()) {
    if (reply.status < 300) continue
    const { place, path } = requests[at] ?? { place: '', path: 'something' }
    throw new BadGiven(
      `${place} given: ${path} was answered with ${reply.status} ${JSON.stringify(reply.body)}: correct it there`,
    )
  }
}
