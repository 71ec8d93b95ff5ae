/**
 * Building blocks of the scenario schema: `section`, a mapping that refuses keys that it does not know, and `refuse`, how a
 * transform says what is wrong.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { z } from 'zod'

/** A mapping with these keys and no others. */
export function section<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = JSON.stringify(Object.keys(shape))
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) })
}

/** The keys that a section would have known. A zod issue has no room for them but its message. */
export function knownKeys(message: string): readonly string[] {
  return z.array(z.string()).parse(JSON.parse(message))
}

/**
 * How every schema here is run: with the refused value in the issue, so that a message can show it; and without compiling, since
 * most schemas judge one file in a process.
 */
export const PARSING: { readonly reportInput: true; readonly jitless: true } = { reportInput: true, jitless: true }

/** Whatever JSON can hold. The file's reader lets nothing else through. */
export const jsonValue: z.ZodType<JsonValue> = z.custom<JsonValue>()
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), jsonValue)

/** Adds a problem to a schema's context and returns what a transform returns then. */
export function refuse(
  context: z.RefinementCtx,
  input: unknown,
  message: string,
  suggestion: string | null = null,
): never {
  context.issues.push({ code: 'custom', message, input, params: { suggestion } })
  return z.NEVER
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
