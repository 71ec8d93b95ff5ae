/**
 * Schemas of scenario files, made once and used for file after file: to make one costs more than to judge a file by it.
 * Always holds: a schema is used again only where everything that it was built from is the same; what differs from file to file is
 * asked of the file that is being judged. Judging is synchronous, so there is one such file at a time.
 */

import type { z } from 'zod'
import type { SchemaContext } from './names.ts'
import type { Scenario } from './scenario.ts'
import { scenarioSchema } from './schema.ts'

/** Schemas kept at once: one a number of standbys, for a few lists of known words. Beyond it all are forgotten. */
const SCHEMAS_MAX = 64

interface Made {
  readonly schema: z.ZodType<Scenario>
  /** The file that is being judged. */
  judged: SchemaContext
}

const made = new Map<string, Made>()

/** The schema for one file, to be used before another is asked for. */
export function schemaFor(context: SchemaContext): z.ZodType<Scenario> {
  const { nodes, standbysKey, mitigations, laws } = context
  const key = JSON.stringify([nodes, standbysKey, mitigations, laws])
  const known = made.get(key)
  if (known !== undefined) {
    known.judged = context
    return known.schema
  }
  if (made.size >= SCHEMAS_MAX) made.clear()
  const fresh = make(context)
  made.set(key, fresh)
  return fresh.schema
}

function make(context: SchemaContext): Made {
  const { nodes, standbysKey, mitigations, laws } = context
  const facts = { judged: context }
  const schema = scenarioSchema({
    nodes,
    standbysKey,
    mitigations,
    laws,
    get name() {
      return facts.judged.name
    },
    placeOf: (path) => facts.judged.placeOf(path),
    traces: (file, column) => facts.judged.traces(file, column),
  })
  return Object.assign(facts, { schema })
}
