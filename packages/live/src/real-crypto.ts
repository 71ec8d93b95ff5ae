/**
 * The crypto port with real cryptography: HMAC-SHA256 over node:crypto, XChaCha20-Poly1305 and BLAKE2b by libsodium.
 * Always holds: the port is synchronous, keeps its own copy of the keys, and never asks libsodium for randomness
 * (that fetches four bytes for every byte, performance 3: trap 1).
 */

import { randomUUID } from 'node:crypto'
// The default export alone: libsodium fills it when it is ready, and the named exports of its type file do not exist.
import sodium from 'libsodium-wrappers'
import { SEAL_NONCE_BYTES, type CryptoPort } from '@fourtwelve/protocol'
import { hmacSha256 } from './hmac.ts'
import { pooledRandom } from './random-pool.ts'

/** The secrets of one cluster. Whoever has them can mint its tokens. */
export interface ClusterKeys {
  /** UUID text, whose 36 ASCII bytes are the HMAC key as they stand (vault-consistency 1.2). */
  readonly indexKey: string
  /** 32 bytes: seals batch tokens. */
  readonly sealKey: Uint8Array
  /** 32 bytes: hides ids at rest. */
  readonly saltKey: Uint8Array
}

/** New keys from the operating system's randomness. */
export const generateKeys = (): ClusterKeys => ({
  indexKey: randomUUID(),
  sealKey: pooledRandom(KEY_BYTES),
  saltKey: pooledRandom(KEY_BYTES),
})

/**
 * Makes the port; waits for libsodium to load. `random` replaces the operating system's randomness, for a run that must repeat
 * itself: it must give fresh bytes at each call, of the length asked for. Throws when a key has the wrong form.
 */
export async function createRealCrypto(
  keys: ClusterKeys,
  random: (length: number) => Uint8Array = pooledRandom,
): Promise<CryptoPort> {
  checkKeys(keys)
  await sodium.ready
  const sealKey = keys.sealKey.slice()
  const saltKey = keys.saltKey.slice()
  return {
    random,
    mac: hmacSha256(Buffer.from(keys.indexKey, 'ascii')),
    seal: (plain, nonce) => seal(plain, nonce, sealKey),
    open: (sealed, nonce) => open(sealed, nonce, sealKey),
    saltedId: (id) => `h${sodium.crypto_generichash(SALTED_ID_BYTES, id, saltKey, 'hex')}`,
  }
}

const KEY_BYTES = 32
const SALTED_ID_BYTES = 32
const SEAL_TAG_BYTES = 16
const DOES_NOT_FIT = 'ciphertext cannot be decrypted'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function checkKeys(keys: ClusterKeys): void {
  if (!UUID.test(keys.indexKey)) {
    throw new Error('indexKey of the cluster keys is no lower-case UUID text: make keys with generateKeys()')
  }
  for (const name of ['sealKey', 'saltKey'] as const) {
    if (keys[name].length !== KEY_BYTES) {
      throw new Error(
        `${name} of the cluster keys has ${keys[name].length} bytes, not ${KEY_BYTES}: make keys with generateKeys()`,
      )
    }
  }
}

function seal(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
  if (nonce.length !== SEAL_NONCE_BYTES) {
    throw new Error(
      `seal was given a nonce of ${nonce.length} bytes: give ${SEAL_NONCE_BYTES} fresh ones from random()`,
    )
  }
  return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, null, null, nonce, key)
}

function open(sealed: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null {
  if (nonce.length !== SEAL_NONCE_BYTES || sealed.length < SEAL_TAG_BYTES) return null
  try {
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, nonce, key)
  } catch (error) {
    // libsodium's only way to say that the tag does not fit; anything else is a bug, and must show.
    if (error instanceof Error && error.message.startsWith(DOES_NOT_FIT)) return null
    throw error
  }
}
