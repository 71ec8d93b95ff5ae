/** Requests as a client of Vault makes them, over real HTTP. */

export interface VaultAnswer {
  readonly status: number
  readonly header: (name: string) => string | null
  /** The part of the body that a test looks at. */
  readonly body: {
    readonly errors?: readonly string[]
    readonly auth?: { readonly client_token: string }
    readonly data?: Readonly<Record<string, unknown>>
  }
}

export async function call(
  address: string,
  method: string,
  path: string,
  { token, body, signal }: { readonly token?: string; readonly body?: object; readonly signal?: AbortSignal } = {},
): Promise<VaultAnswer> {
  const reply = await fetch(`${address}/v1/${path}`, {
    method,
    headers: token === undefined ? {} : { 'X-Vault-Token': token },
    redirect: 'manual',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  const text = await reply.text()
  return {
    status: reply.status,
    header: (name) => reply.headers.get(name),
    body: text === '' ? {} : (JSON.parse(text) as VaultAnswer['body']),
  }
}

/** A child token with the policy `default`. */
export async function createToken(address: string, token: string): Promise<string> {
  const { status, body } = await call(address, 'POST', 'auth/token/create', { token, body: { policies: ['default'] } })
  const made = body.auth?.client_token
  if (made === undefined) throw new Error(`auth/token/create answered ${status} ${JSON.stringify(body)}`)
  return made
}

/** What a node makes of a token: the status of lookup-self. */
export const tokenStatus = async (address: string, token: string): Promise<number> =>
  (await call(address, 'GET', 'auth/token/lookup-self', { token })).status
