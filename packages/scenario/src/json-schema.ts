/**
 * The JSON Schema of scenario files, for editors: completion, hover texts, red lines while typing.
 * Made from the schema that the parser uses. It accepts whatever the parser accepts; the parser, which sees the whole file
 * at once, refuses more.
 */

import type { JsonObject, JsonValue } from '@fourtwelve/protocol'
import { z } from 'zod'
import { nodeNames, STANDBYS_MAX } from './names.ts'
import { scenarioSchema } from './schema.ts'
import { kindsOf } from './picked.ts'

export interface JsonSchemaOptions {
  /** Presets of clients' behaviour, for completion. */
  readonly mitigations?: readonly string[]
  /** Names of laws, for completion. */
  readonly laws?: readonly string[]
}

/** Draft 7, which every editor's language server reads. */
export function scenarioJsonSchema(options: JsonSchemaOptions = {}): JsonObject {
  const schema = scenarioSchema({
    name: 'scenario',
    nodes: nodeNames(STANDBYS_MAX),
    standbysKey: 'topology.standbys',
    placeOf: () => '',
    traces: () => ({ error: 'a JSON Schema reads no files' }),
    mitigations: options.mitigations ?? null,
    laws: options.laws ?? null,
  })
  const title = { title: 'fourtwelve scenario', description: 'A scenario of a Vault cluster with lagging standbys.' }
  return { ...jsonSchemaOf(schema), ...title }
}

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const made = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const kinds = kindsOf(zodSchema)
      if (kinds !== null) jsonSchema.anyOf = kinds.map((kind) => withoutDialect(jsonSchemaOf(kind)))
    },
  })
  const plain: JsonValue = JSON.parse(JSON.stringify(made))
  return plain as JsonObject
}

/** Only the outermost schema names its dialect. */
function withoutDialect(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema
  return rest
}
