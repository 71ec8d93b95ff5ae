/**
 * What an answer proves about the way its request went: past the gate of X-Vault-Index, past the token's check.
 *
 * | answer | past the X-Vault-Index gate | token accepted | because (vault-consistency 0 and 1.5, vault-http-api 1.7) |
 * |---|---|---|---|
 * | 2xx | yes | yes | it was carried out |
 * | 404 | yes | yes | route and existence come after the policies, and these after the token |
 * | 405 with a text | yes | yes | the same; a bare 405 is the HTTP server's, which asks nobody |
 * | 403 `1 error occurred: permission denied` | yes | yes | the policies refused: so the token was found |
 * | 500 `no lease entry found for token` | yes | yes | the lookup comes after the index check, which should have noticed |
 * | any other 403 | yes | no | the token was refused, by MAC or as unknown |
 * | 400 | no | no | a path with a slash at its end, forbidden headers, bad JSON are told before either gate |
 * | 3xx, 412, 429, 5xx | no | no | told before the gates, or by them, or nobody knows where |
 *
 * Always holds: when in doubt an answer proves nothing.
 */

import type { ReplyRecord } from '@fourtwelve/protocol'

/** How the policies say no; a token that is refused gets other texts. */
const POLICY_REFUSAL = '1 error occurred:\n\t* permission denied\n\n'
const LEASE_MISSING = 'no lease entry found for token'

/** Whether this answer can only be had with a token that passed the token's check. */
export function provesTokenAccepted(reply: ReplyRecord): boolean {
  const { status, errors } = reply
  if (status < 300) return status >= 200
  switch (status) {
    case 404:
      return true
    case 405:
      return errors.some((text) => text !== '')
    case 403:
      return errors.includes(POLICY_REFUSAL)
    case 500:
      return errors.some((text) => text.includes(LEASE_MISSING))
    default:
      return false
  }
}

/** How a node says that it does not know a token: since 1.16 with two errors, before with one. */
const UNKNOWN_TOKEN = 'invalid token'
const UNKNOWN_TOKEN_BEFORE = 'permission denied'

/** Whether the request's own token was refused: as unknown, or for its MAC. */
export const provesTokenRefused = ({ status, errors }: ReplyRecord): boolean =>
  status === 403 && errors.some((text) => text === UNKNOWN_TOKEN_BEFORE || text.includes(UNKNOWN_TOKEN))

/** Whether it can only be had when the token that the body names had passed the same check, which comes after the lookup. */
export const provesBodyTokenAccepted = (reply: ReplyRecord): boolean =>
  reply.status !== 500 && provesTokenAccepted(reply)

/** Whether this answer can only be had after X-Vault-Index was found satisfied, or nobody looked. */
export const provesIndexPassed = (reply: ReplyRecord): boolean => reply.status === 403 || provesTokenAccepted(reply)
