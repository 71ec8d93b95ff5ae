/** Whether a text is the root token of a cluster that was opened from its folder, where only a hash of it is kept. */

import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { BadInput } from './exit-codes.ts'

/** Throws BadInput when it is not. `address` is that of the active node. */
export async function checkRootToken(address: string, token: string, folder: string): Promise<void> {
  const status = await lookUp(address, token)
  if (status !== 200) {
    throw new BadInput(
      `${folder} holds a cluster with another root token (lookup-self answered ${status}): leave --root-token out, or use another folder`,
    )
  }
}

function lookUp(address: string, token: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = address.startsWith('https:') ? tlsRequest : plainRequest
    const request = send(
      `${address}/v1/auth/token/lookup-self`,
      { agent: false, headers: { 'X-Vault-Token': token }, rejectUnauthorized: false },
      (reply) => {
        reply.resume()
        resolve(reply.statusCode ?? 0)
      },
    )
    request.on('error', reject)
    request.end()
  })
}
