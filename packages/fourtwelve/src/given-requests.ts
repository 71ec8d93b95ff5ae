/**
 * The data that a cluster starts with, as requests with the root token.
 * Always holds: what Vault would refuse is told, and never passed over.
 */

import { vaultRequest, type ServedReply, type VaultRequest } from '@fourtwelve/protocol'
import type { Given } from '@fourtwelve/scenario'

/** What a file's `given` asks of the cluster before anybody else. */
export function givenRequests({ policies, users, secrets, requests }: Given): readonly VaultRequest[] {
  const post = (path: string, value: VaultRequest['body'] & { kind: 'json' }): VaultRequest =>
    vaultRequest('POST', path, { body: value })
  return [
    ...policies.map(({ name, hcl }) => post(`sys/policies/acl/${name}`, { kind: 'json', value: { policy: hcl } })),
    ...(users.length > 0 ? [post('sys/auth/userpass', { kind: 'json', value: { type: 'userpass' } })] : []),
    ...users.map(({ name, fields }) => post(`auth/userpass/users/${name}`, { kind: 'json', value: fields })),
    ...secrets.map(({ path, fields }) =>
      post(path, { kind: 'json', value: isVersionTwo(path) ? { data: fields } : fields }),
    ),
    ...requests.map(({ path, body }) => post(path, { kind: 'json', value: body })),
  ]
}

const isVersionTwo = (path: string): boolean => path.startsWith('secret/data/')

export class BadGiven extends Error {}

/** Throws BadGiven for the first that was not taken. `replies` are in the order of `requests`; there may be none. */
export function refuseBadGivens(requests: readonly VaultRequest[], replies: readonly ServedReply[]): void {
  for (const [at, { reply }] of replies.entries()) {
    if (reply.status < 300) continue
    throw new BadGiven(
      `given: ${requests[at]?.path ?? ''} was answered with ${reply.status} ${JSON.stringify(reply.body)}: correct it in the file`,
    )
  }
}
