/** Checks `custom_metadata`: short printable texts that a user attaches to a secret (vault-http-api 4.2). */

import { utf8, type JsonObject } from '@fourtwelve/protocol'
import { weakString, type Read } from '../../go-decode.ts'
import { goQuote } from '../../policy/go-quote.ts'

const MAX_KEYS = 64
/** Bytes. */
const MAX_KEY_LENGTH = 128
/** Bytes. */
const MAX_VALUE_LENGTH = 512

const FAILED = 'custom_metadata validation failed'

/** The texts of an object of texts. The error is a whole 400 text, which names everything that is wrong. */
export function readCustomMetadata(raw: JsonObject): Read<Readonly<Record<string, string>>> {
  const texts = new Map<string, string>()
  for (const [key, value] of Object.entries(raw)) {
    const text = weakString('', value)
    if ('error' in text) return { error: `${FAILED}: ${text.error}` }
    texts.set(key, text.value)
  }
  if (texts.size > MAX_KEYS) {
    return { error: errorList([`${FAILED}: payload must contain at most ${MAX_KEYS} keys, provided ${texts.size}`]) }
  }
  const errors = [...texts].flatMap(([key, value]) => wrongWith(key, value))
  return errors.length === 0 ? { value: Object.fromEntries(texts) } : { error: errorList(errors) }
}

function wrongWith(key: string, value: string): readonly string[] {
  const errors: string[] = []
  const keyLength = utf8(key).length
  if (keyLength === 0 || keyLength > MAX_KEY_LENGTH) {
    const rule = `must be 0 < len(key) <= ${MAX_KEY_LENGTH}`
    errors.push(`${FAILED}: length of key ${goQuote(key)} is ${keyLength} but ${rule}`)
  }
  const valueLength = utf8(value).length
  if (valueLength === 0 || valueLength > MAX_VALUE_LENGTH) {
    const rule = `must be 0 < len(value) <= ${MAX_VALUE_LENGTH}`
    errors.push(`${FAILED}: length of value for key ${goQuote(key)} is ${valueLength} but ${rule}`)
  }
  if (!isPrintable(key)) errors.push(`${FAILED}: key ${goQuote(key)} (${key}) contains unprintable characters`)
  if (!isPrintable(value)) errors.push(`${FAILED}: value for key ${goQuote(key)} contains unprintable characters`)
  return errors
}

/** As Go sees it: no control or format characters, and no space but the plain one. */
const isPrintable = (text: string): boolean => !/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text)

const errorList = (errors: readonly string[]): string =>
  `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:\n${errors.map((error) => `\t* ${error}\n`).join('')}\n`
