/** What touches the machine: real cryptography, real randomness. */

export { createRealCrypto, generateKeys, type ClusterKeys } from './real-crypto.ts'
