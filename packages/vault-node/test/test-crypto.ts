/** Vault's own HMAC and a real cipher, with repeatable chance: the node's tests use nothing weaker than a live cluster. */

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import type { CryptoPort } from '@fourtwelve/protocol'

const KEY = '0f8fad5b-d9cb-469f-a165-70867728950e'
const SEAL_KEY = createHash('sha256').update('seal').digest()

export function createTestCrypto(): CryptoPort {
  let drawn = 0
  return {
    random(length) {
      drawn += 1
      const bytes = new Uint8Array(length)
      for (let at = 0; at < length; at += 32) {
        bytes.set(
          createHash('sha256')
            .update(`${drawn}:${at}`)
            .digest()
            .subarray(0, Math.min(32, length - at)),
          at,
        )
      }
      return bytes
    },
    mac: (data) => Uint8Array.from(createHmac('sha256', KEY).update(data).digest()),
    seal(plain, nonce) {
      const cipher = createCipheriv('aes-256-gcm', SEAL_KEY, nonce)
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
      return Uint8Array.from(Buffer.concat([sealed, cipher.getAuthTag()]))
    },
    open(sealed, nonce) {
      if (sealed.length < 16) return null
      const decipher = createDecipheriv('aes-256-gcm', SEAL_KEY, nonce)
      decipher.setAuthTag(sealed.subarray(sealed.length - 16))
      try {
        return Uint8Array.from(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]))
      } catch {
        return null
      }
    },
    saltedId: (id) => `h${createHmac('sha256', 'salt').update(id).digest('hex')}`,
  }
}
