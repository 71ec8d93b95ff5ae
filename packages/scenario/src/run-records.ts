/** What the answers to attempts say in lists of texts, and the records that attempts leave in the history. */

import type { JsonValue } from '@fourtwelve/protocol'

export { callRecord, replyRecord } from '@fourtwelve/checker'

/** The texts in a list of a body: its errors or its warnings. */
export const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : []
