/** Where measured times come from: a column of a CSV file beside the scenario, read by a function that the caller brings. */

import { parseTrace, type Trace } from '@fourtwelve/cluster'

/** Reads a text file; the path is relative to the scenario file. */
export type ReadText = (path: string) => { readonly text: string } | { readonly error: string }

/** The times in one column of one file. */
export type TraceSource = (file: string, column: string) => Trace

/** Without `readText` every trace is an error that says so. */
export function traceSource(readText: ReadText | undefined): TraceSource {
  return (file, column) => {
    if (readText === undefined) return { error: 'files cannot be read here' }
    const read = readText(file)
    return 'error' in read ? read : parseTrace(read.text, column)
  }
}
