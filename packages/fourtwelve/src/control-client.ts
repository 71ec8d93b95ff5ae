/**
 * Calls the control API of a cluster that is served.
 * Always holds: what the cluster refuses, and that none answers, is BadInput with what to do next.
 */

import { request } from 'node:http'
import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { BadInput } from './exit-codes.ts'
import type { Ports } from './ports.ts'
import { CONTROL_PORT_AFTER, DEFAULT_PORT } from './serve-options.ts'

const DEFAULT_ADDRESS = `http://127.0.0.1:${DEFAULT_PORT + CONTROL_PORT_AFTER}`
/** The environment's name for the ready file of the cluster that is meant. */
export const READY_FILE_VARIABLE = 'FOURTWELVE_READY_FILE'

/** Where the control API is: as told, or as the ready file says, or where it is by default. Throws BadInput. */
export function controlAddress(told: string | undefined, { env, readText }: Pick<Ports, 'env' | 'readText'>): string {
  if (told !== undefined) {
    if (!URL.canParse(told) || !told.startsWith('http://'))
      throw new BadInput(`--address ${told}: write it as http://127.0.0.1:8300`)
    return told.replace(/\/+$/, '')
  }
  const file = env[READY_FILE_VARIABLE] ?? ''
  if (file === '') return DEFAULT_ADDRESS
  const read = readText(file)
  if ('error' in read)
    throw new BadInput(`${READY_FILE_VARIABLE} names ${file}: ${read.error}. Is the cluster running?`)
  const control = controlIn(read.text)
  if (control === null)
    throw new BadInput(`${READY_FILE_VARIABLE} names ${file}, which is no ready file of fourtwelve serve`)
  return control
}

function controlIn(text: string): string | null {
  try {
    const ready: JsonValue = JSON.parse(text)
    const control = isJsonObject(ready) ? ready['control'] : undefined
    return typeof control === 'string' ? control : null
  } catch {
    return null
  }
}

/** Sends a verb with its JSON; answers what came back. Throws BadInput. */
export async function callControl(address: string, verb: string, body: JsonObject | null): Promise<JsonObject> {
  let text = ''
  await readControl(address, verb, body, (chunk) => {
    text += chunk
  })
  const answer: JsonValue = JSON.parse(text)
  if (!isJsonObject(answer)) throw new BadInput(`${address} answered something that no control API does`)
  return answer
}

/** The same, for answers that are long: they are handed on as they come. `body` null reads. */
export function readControl(
  address: string,
  verb: string,
  body: JsonObject | null,
  take: (text: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = body === null ? {} : { 'Content-Type': 'application/json' }
    const call = request(
      `${address}/${verb}`,
      { method: body === null ? 'GET' : 'POST', headers, agent: false },
      (reply) => {
        reply.setEncoding('utf8')
        if (reply.statusCode === 200) return void reply.on('data', take).on('end', resolve).on('error', reject)
        let refusal = ''
        reply.on('data', (chunk: string) => {
          refusal += chunk
        })
        reply.on('end', () => reject(new BadInput(refusalText(refusal, reply.statusCode))))
      },
    )
    call.on('error', (error: NodeJS.ErrnoException) => {
      const hint = `start one with fourtwelve serve, or name its control API with --address`
      reject(new BadInput(`no cluster answers at ${address} (${error.code ?? error.message}): ${hint}`))
    })
    call.end(body === null ? undefined : JSON.stringify(body))
  })
}

function refusalText(text: string, status: number | undefined): string {
  try {
    const answer: JsonValue = JSON.parse(text)
    const errors = isJsonObject(answer) ? answer['errors'] : undefined
    if (Array.isArray(errors) && errors.length > 0) return errors.join('; ')
  } catch {
    // Not the control API: the status must do.
  }
  return `it answered ${status ?? 'nothing'}: is this the control API?`
}
