/**
 * Tokens that nobody gave out: the text of a token of the same run with one bit changed, as values of the file.
 * Always holds: what is changed still reads as a token, but its MAC cannot be right. A token's text depends on the seed and on what was
 * asked before it, so forgeries are made from a run without them, and made anew whenever the script changes.
 */

import { base64Url, decodeServiceToken, fromBase64Url, SERVICE_PREFIX, type ServiceToken } from '@fourtwelve/protocol'
import type { ScenarioRun } from '@fourtwelve/scenario'
import { stepsOf, type ScenarioFile } from './scenario-file.ts'

/** A changed MAC alone cannot be told from the token itself by what a history says of it. */
export const FORGERY_CHANGES = ['index', 'epoch'] as const

export interface Forgery {
  /** The value's name in the file. */
  readonly name: string
  /** The name under which a step saves the token that it is made of. */
  readonly of: string
  /** What says something else than the token does. */
  readonly change: (typeof FORGERY_CHANGES)[number]
}

/** What a forgery says before it can be made: no node takes it for a token of its own. */
const NOT_MADE = 'hvs.bm90LW1hZGU'

/** The file with a value for each forgery, made from a run of the same file; with none, as they stand before the first run. */
export function withForgeries(
  file: ScenarioFile,
  forgeries: readonly Forgery[],
  run: ScenarioRun | null,
): ScenarioFile {
  if (forgeries.length === 0) return file
  const made = forgeries.map(({ name, of, change }) => {
    const token = run === null ? null : tokenSavedAs(file, run, of)
    return [name, (token === null ? null : changed(token, change)) ?? NOT_MADE] as const
  })
  return { ...file, values: { ...file.values, ...Object.fromEntries(made) } }
}

function tokenSavedAs(file: ScenarioFile, run: ScenarioRun, name: string): string | null {
  const at = stepsOf(file).findIndex((step) => Object.hasOwn((step['save'] ?? {}) as object, name))
  const body = run.steps[at]?.reply?.body ?? null
  const auth = body?.['auth']
  const token = typeof auth === 'object' && auth !== null && 'client_token' in auth ? auth['client_token'] : null
  return typeof token === 'string' ? token : null
}

/** The token with one bit changed, so that this and nothing else of it differs; null where there is no such bit. */
function changed(token: string, change: Forgery['change']): string | null {
  const bytes = token.startsWith(SERVICE_PREFIX) ? fromBase64Url(token.slice(SERVICE_PREFIX.length)) : null
  const honest = decodeServiceToken(token)
  if (bytes === null || typeof honest === 'string') return null
  for (let bit = 8 * bytes.length - 1; bit >= 0; bit -= 1) {
    const forged = Uint8Array.from(bytes)
    forged[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const text = SERVICE_PREFIX + base64Url(forged)
    const read = decodeServiceToken(text)
    if (typeof read !== 'string' && read.inner === honest.inner && whatDiffers(honest, read) === change) return text
  }
  return null
}

function whatDiffers(honest: ServiceToken, read: ServiceToken): Forgery['change'] | null {
  if (read.localIndex !== honest.localIndex) return read.localIndex < honest.localIndex ? 'index' : null
  if (read.indexEpoch !== honest.indexEpoch) return 'epoch'
  return null
}
