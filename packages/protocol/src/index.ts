/** What crosses a boundary and how it is written. Pure. */

export { openBatchToken, readBatchBlob, sealBatchToken, BATCH_PREFIX } from './batch-token.ts'
export { base64, base64Url, fromBase64, fromBase64Url, fromHex, fromUtf8, hex, sameBytes, utf8 } from './bytes.ts'
export { MAC_BYTES, randomBase62, randomUuid, SEAL_NONCE_BYTES, type CryptoPort } from './crypto-port.ts'
export { DIGEST_START, mixNumber, mixText, mixValue } from './digest.ts'
export { entryRecord } from './entry-record.ts'
export {
  FAULT_RECORD_WORDS,
  HISTORY_VERSION,
  type ApplyRecord,
  type CallRecord,
  type CommitRecord,
  type EntryFact,
  type EntryRecord,
  type FaultRecord,
  type FaultWord,
  type ForwardingAllowed,
  type HistoryRecord,
  type LeadRecord,
  type RecoverRecord,
  type RenumberRecord,
  type ReplyRecord,
  type ResignRecord,
  type RestRecord,
  type RunRecord,
  type TokenGrant,
  type TokenRecord,
} from './history.ts'
export { linkId, nodeId, type ClusterId, type LinkId, type NodeId } from './identity.ts'
export {
  decodeIndexState,
  encodeIndexState,
  hasValidIndexMac,
  isIndexDefect,
  type IndexDefect,
  type IndexState,
} from './index-state.ts'
export { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
export {
  formatDuration,
  micros,
  MICROS_PER_MS,
  MICROS_PER_SECOND,
  milliseconds,
  parseDuration,
  seconds,
  wholeSeconds,
  type Micros,
} from './micros.ts'
export type { Uint64 } from './protobuf.ts'
export {
  decodeServiceToken,
  encodeServiceToken,
  hasValidMac,
  isConsistentToken,
  namespaceOf,
  SERVICE_PREFIX,
  type ServiceToken,
  type TokenDefect,
} from './service-token.ts'
export { asGoMap, asWritten, replyText } from './reply-text.ts'
export { tokenKind, type TokenKind } from './token-kind.ts'
export { FORWARD_CAUSES, type ForwardCause, type Served, type ServedReply, type VaultReply } from './vault-reply.ts'
export { NO_BODY, vaultRequest, type Method, type RequestBody, type VaultRequest } from './vault-request.ts'
export {
  epoch,
  NO_INDEX,
  term,
  WAL_FORMAT,
  walIndex,
  type Change,
  type Epoch,
  type StorageScope,
  type StoredValue,
  type Term,
  type WalEntry,
  type WalIndex,
} from './wal.ts'
export {
  DEFAULT_SERVER_CONFIG,
  forwardingAllowed,
  SWITCHES,
  type ReplicationStanza,
  type ServerConfig,
  type Switches,
  type SwitchName,
} from './server-config.ts'
