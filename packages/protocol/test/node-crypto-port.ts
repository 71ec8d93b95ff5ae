/**
 * The crypto port by node:crypto alone, for tests of the formats: Vault's own HMAC-SHA256, and AES-256-GCM for sealing.
 * Always holds: its answers come from an implementation that shares no line with this project.
 */

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { CryptoPort } from '@fourtwelve/protocol'

/** The key of the vectors in vault-consistency 1.4 and 3.1. */
export const VECTOR_KEY = '0f8fad5b-d9cb-469f-a165-70867728950e'

const TAG_BYTES = 16

export function nodeCryptoPort(key: string): CryptoPort {
  const keyed = (label: string): Buffer => createHmac('sha256', key).update(label).digest()
  const sealKey = keyed('seal')
  return {
    random: (length) => new Uint8Array(randomBytes(length)),
    mac: (data) => new Uint8Array(createHmac('sha256', key).update(data).digest()),
    seal(plain, nonce) {
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce)
      return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]))
    },
    open(sealed, nonce) {
      if (sealed.length < TAG_BYTES) return null
      const decipher = createDecipheriv('aes-256-gcm', sealKey, nonce, { authTagLength: TAG_BYTES })
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
      try {
        const opened = [decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]
        return new Uint8Array(Buffer.concat(opened))
      } catch {
        return null
      }
    },
    saltedId: (id) => `h${keyed(id).toString('hex')}`,
  }
}
