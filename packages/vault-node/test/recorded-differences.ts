/** Where the node must differ from a recorded Vault 1.4, row by row as in `test/recordings/README.md`. */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import type { RecordedAnswer, RecordedStep } from './recording.ts'

export interface RecordedDifference {
  readonly name: string
  /** The answer that is wanted instead; the same object when the row does not concern this step. */
  readonly apply: (answer: RecordedAnswer, step: RecordedStep) => RecordedAnswer
}

const errorOf = ({ body }: RecordedAnswer): string | null => {
  const errors = body?.['errors']
  return Array.isArray(errors) && typeof errors[0] === 'string' ? errors[0] : null
}

/** A row that is about one error text. */
const onError = (
  name: string,
  concerns: (error: string, step: RecordedStep, answer: RecordedAnswer) => boolean,
  status: number,
  text: (error: string, step: RecordedStep) => string,
): RecordedDifference => ({
  name,
  apply: (answer, step) => {
    const error = errorOf(answer)
    return error !== null && concerns(error, step, answer) ? { status, body: { errors: [text(error, step)] } } : answer
  },
})

/** A row that is about answers with an envelope. */
const onEnvelope = (
  name: string,
  change: (body: JsonObject, step: RecordedStep) => JsonObject,
): RecordedDifference => ({
  name,
  apply: (answer, step) => {
    const { status, body } = answer
    if (body === null || body['request_id'] === undefined) return answer
    const changed = change(body, step)
    return changed === body ? answer : { status, body: changed }
  },
})

const MOUNT_TYPES: readonly (readonly [string, string])[] = [
  ['auth/token/', 'token'],
  ['auth/userpass/', 'userpass'],
  ['sys/', 'system'],
  ['cubbyhole/', 'cubbyhole'],
  ['secret/', 'kv'],
  ['kv/', 'kv'],
]
const mountTypeOf = (path: string): string => MOUNT_TYPES.find(([prefix]) => path.startsWith(prefix))?.[1] ?? path

const CREATE_FIELDS =
  'id policies meta no_parent no_default_policy renewable ttl lease explicit_max_ttl period display_name num_uses type entity_alias'.split(
    ' ',
  )

const sorted = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)))

const EMPTY_ENVELOPE: JsonObject = {
  request_id: '<uuid>',
  lease_id: '',
  renewable: false,
  lease_duration: 0,
  data: null,
  wrap_info: null,
  warnings: null,
  auth: null,
}

export const RECORDED_DIFFERENCES: readonly RecordedDifference[] = [
  onError(
    'an unknown token is told two errors',
    (error, _, { status }) => status === 403 && error === 'permission denied',
    403,
    () => '2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n',
  ),
  onError(
    'without a token: 403',
    (error) => error === 'missing client token',
    403,
    () => 'permission denied',
  ),
  onError(
    'malformed JSON',
    (error) => error.startsWith('failed to parse JSON input'),
    400,
    () => 'error parsing JSON',
  ),
  onError(
    'a malformed increment is refused before the handler',
    (error) => error.includes('for field "increment"'),
    400,
    () => 'Field validation failed: error converting input later for field "increment": time: invalid duration "later"',
  ),
  onError(
    'a malformed duration is told by the newer parser',
    (error) => error.startsWith('strconv.ParseInt: parsing'),
    400,
    (error) => `time: invalid duration ${/"[^"]*"/.exec(error)?.[0] ?? ''}`,
  ),
  {
    name: 'revoking by an unknown accessor is a warning',
    apply: (answer, { request }) =>
      request.path === 'auth/token/revoke-accessor' && answer.status === 400
        ? { status: 200, body: { ...EMPTY_ENVELOPE, warnings: ['No token found with this accessor'] } }
        : answer,
  },
  onEnvelope('unknown fields of a body are named in a warning', (body, { request }) => {
    const unknown = Object.keys(request.body ?? {}).filter((field) => !CREATE_FIELDS.includes(field))
    if (!request.path.startsWith('auth/token/create') || unknown.length === 0) return body
    const warnings = [
      ...((body['warnings'] as readonly JsonValue[] | null) ?? []),
      `Endpoint ignored these unrecognized parameters: [${unknown.join(' ')}]`,
    ]
    return { ...body, warnings }
  }),
  onEnvelope('a root token carries no index', (body) => {
    const { auth } = body
    const policies = isJsonObject(auth) ? auth['policies'] : null
    const short = Array.isArray(policies) && policies.length === 1 && policies[0] === 'root'
    return isJsonObject(auth) && short && auth['client_token'] === '<service-token>'
      ? { ...body, auth: { ...auth, client_token: '<root-token>' } }
      : body
  }),
  onEnvelope('auth has mfa_requirement and num_uses', (body, { request }) => {
    const { auth } = body
    if (!isJsonObject(auth)) return body
    return { ...body, auth: { ...auth, mfa_requirement: null, num_uses: request.body?.['num_uses'] ?? 0 } }
  }),
  onEnvelope('kv metadata has custom_metadata', (body, { request }) => {
    const { data } = body
    if (!isJsonObject(data) || !/^secret\/(?:data|metadata)\//.test(request.path)) return body
    const withCustom = (metadata: JsonObject): JsonObject => sorted({ ...metadata, custom_metadata: null })
    if (data['created_time'] !== undefined) return { ...body, data: withCustom(data) }
    const { metadata } = data
    return isJsonObject(metadata) ? { ...body, data: { ...data, metadata: withCustom(metadata) } } : body
  }),
  onEnvelope('a mount says more of its plugin', (body, { request }) => {
    if (request.path !== 'sys/auth') return body
    const told = (mount: JsonObject): JsonObject => {
      const status = mount['type'] === 'token' ? {} : { deprecation_status: 'supported' }
      const plugin = { plugin_version: '', running_plugin_version: '<plugin-version>', running_sha256: '' }
      return sorted({ ...mount, ...status, ...plugin })
    }
    const tell = (table: JsonObject): JsonObject =>
      Object.fromEntries(
        Object.entries(table).map(([key, value]) => [
          key,
          key.endsWith('/') && isJsonObject(value) ? told(value) : value,
        ]),
      )
    const { data } = body
    return { ...tell(body), data: isJsonObject(data) ? tell(data) : null }
  }),
  onEnvelope('the envelope ends with mount_type', (body, { request }) => ({
    ...body,
    mount_type: mountTypeOf(request.path),
  })),
]

/** What the node must answer, and which rows said so. */
export function wantedAnswer(step: RecordedStep): {
  readonly answer: RecordedAnswer
  readonly rows: readonly string[]
} {
  let answer: RecordedAnswer = { status: step.response.status, body: step.response.body ?? null }
  const rows: string[] = []
  for (const { name, apply } of RECORDED_DIFFERENCES) {
    const changed = apply(answer, step)
    if (changed !== answer) rows.push(name)
    answer = changed
  }
  return { answer, rows }
}
