/** Vault's HTTP around any node of a cluster: bytes in, VaultRequest out, reply back. Decides nothing that the node decides. */

export { acceptListVerb } from './list-verb.ts'
