/**
 * Secrets as registers: what a history comes to for a judge that knows nothing of Vault (Porcupine, Elle and their kin).
 * The value of a register is the current version of a kv version 2 secret, because no history has what is in a secret: 0 is no
 * secret, each write makes the next number, a removal of the whole secret (DELETE on metadata) writes 0. So values are unique in the
 * life of a secret, and two acknowledged writes of one number already show that one of them was lost.
 * Always holds: what asks for one particular version, or for anything but data and removal, is no operation of a register; secrets of
 * kv version 1 are not exported, because no answer to them says a version.
 */

import type { CallRecord, Micros } from '@fourtwelve/protocol'

/** Positions are numbers of records in the history, from 1: unlike times they are never equal, so nothing is taken for concurrent that was not. */
export interface RegisterOperation {
  readonly kind: 'read' | 'write'
  /** The path of the secret's data. */
  readonly key: string
  readonly client: string
  /** Number of the client's operation: each attempt to write is an operation of its own, with the same number. */
  readonly op: number
  /** A version; 0 for no secret. Null, in writes only: the next version, whose number nobody was told. */
  readonly value: number | null
  /** Position of the call; of the first one, where a read was tried again. */
  readonly call: number
  /** Position of the answer. Null for a write that nobody answered for sure: it may happen at any time from its call on. */
  readonly return: number | null
  readonly called: Micros
  readonly returned: Micros | null
}

/** What a call does to a register. */
export interface RegisterAccess {
  readonly key: string
  readonly does: 'read' | 'write' | 'remove'
}

const SECRET = /^([^/]+)\/(data|metadata)\/(.+)$/

const DOES: Readonly<Record<string, RegisterAccess['does']>> = {
  'GET data': 'read',
  'POST data': 'write',
  'PUT data': 'write',
  'PATCH data': 'write',
  'DELETE metadata': 'remove',
}

/** Null for a call that leaves all registers alone: so does DELETE on data, which hides the current version and keeps its number. */
export function registerAccess({ method, path }: Pick<CallRecord, 'method' | 'path'>): RegisterAccess | null {
  const [, mount, folder, secret] = SECRET.exec(path) ?? []
  if (mount === undefined || secret === undefined) return null
  const does = DOES[`${method} ${folder}`]
  return does === undefined ? null : { key: `${mount}/data/${secret}`, does }
}
