/**
 * Clients that write as fast as they are answered, and remember what was acknowledged.
 * Always holds: what was not acknowledged may have been carried out or not; what was acknowledged is asked for ever after.
 */

export interface Acknowledged {
  /** The last acknowledged value at each path of the kv store. A later one that was sent may stand there instead. */
  readonly values: Map<string, number>
  readonly sent: Map<string, number>
  readonly tokens: string[]
}

export const nothingAcknowledged = (): Acknowledged => ({ values: new Map(), sent: new Map(), tokens: [] })

export interface WriteLoad {
  /** Sends nothing more, and waits for what is under way. */
  stop(): Promise<void>
}

export interface Asked {
  readonly status: number
  readonly body: {
    readonly errors?: readonly string[]
    readonly auth?: { readonly client_token: string }
    readonly data?: { readonly data?: { readonly v?: number } }
  }
}

/** Null when no answer came: then nobody knows. */
export async function ask(
  address: string,
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<Asked | null> {
  try {
    const reply = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'X-Vault-Token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: (await reply.json()) as Asked['body'] }
  } catch {
    return null
  }
}

/** Paths that each client writes over and over. */
const PATHS_PER_CLIENT = 25
/** A client that got no answer waits so long: its node may be coming back. */
const AFTER_NO_ANSWER_MS = 10

/** One client for each address, with numbers that go on from `known`. Every third write is a token. */
export function writeLoad(addresses: readonly string[], known: Acknowledged): WriteLoad {
  let isOver = false
  const client = async (address: string, name: number): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const isAnswered =
        n % 3 === 2
          ? await makeToken(address, known)
          : await writeValue(address, `c${name}/${n % PATHS_PER_CLIENT}`, known)
      if (!isAnswered) await new Promise((goOn) => setTimeout(goOn, AFTER_NO_ANSWER_MS))
    }
  }
  const clients = addresses.map(client)
  return {
    async stop() {
      isOver = true
      await Promise.all(clients)
    },
  }
}

async function makeToken(address: string, { tokens }: Acknowledged): Promise<boolean> {
  const made = await ask(address, 'POST', 'auth/token/create', 'root', { policies: ['default'], ttl: '24h' })
  if (made?.body.auth !== undefined) tokens.push(made.body.auth.client_token)
  return made !== null
}

async function writeValue(address: string, path: string, { values, sent }: Acknowledged): Promise<boolean> {
  const v = (sent.get(path) ?? 0) + 1
  sent.set(path, v)
  const written = await ask(address, 'PUT', `secret/data/${path}`, 'root', { data: { v } })
  if (written?.status === 200) values.set(path, v)
  return written !== null
}

/** What of all that was acknowledged is not there, or does not work, on a node; a line each. */
export async function missingOn(
  address: string,
  known: Acknowledged,
  tokens: readonly string[],
): Promise<readonly string[]> {
  const values = Array.from(known.values, async ([path, acknowledged]) => {
    const read = await ask(address, 'GET', `secret/data/${path}`, 'root')
    const v = read?.body.data?.data?.v ?? 0
    const isThere = v >= acknowledged && v <= (known.sent.get(path) ?? 0)
    return isThere ? [] : [`${path} was acknowledged with ${acknowledged} and is ${v} (${told(read)})`]
  })
  const works = tokens.map(async (token) => {
    const looked = await ask(address, 'GET', 'auth/token/lookup-self', token)
    return looked?.status === 200 ? [] : [`an acknowledged token is answered with ${told(looked)}`]
  })
  return (await Promise.all([...values, ...works])).flat()
}

const told = (answer: Asked | null): string =>
  answer === null ? 'no answer' : [answer.status, ...(answer.body.errors ?? [])].join(' ')
