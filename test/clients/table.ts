/** What each client does when it meets a 412, measured on a cluster, as a table of Markdown. */

import type { TestCluster } from 'fourtwelve'
import { callsTo, carryOut, STANDBY, tokensMinted, type Seen } from './cluster-for-clients.ts'
import type { Subject } from './subjects.ts'

export const TABLE_START = '<!-- measured: begin -->'
export const TABLE_END = '<!-- measured: end -->'

const HEAD = `| client | language | set up | lag 400 ms | lag 6 s | service tokens made (400 ms, 6 s) | what its program is told |
|---|---|---|---|---|---|---|`

export const nameCells = ({ client, language, setting }: Subject): string => `| ${client} | ${language} | ${setting} |`

export async function measuredTable(cluster: TestCluster, subjects: readonly Subject[]): Promise<string> {
  const rows: string[] = []
  for (const subject of subjects) {
    const reason = await subject.prepare()
    rows.push(
      reason === null ? await measuredRow(cluster, subject) : `${nameCells(subject)} not measured: ${reason} | | | |`,
    )
  }
  return [HEAD, ...rows].join('\n')
}

async function measuredRow(cluster: TestCluster, subject: Subject): Promise<string> {
  const at = (lag: string): Promise<Seen> => {
    const wish = { node: STANDBY, lag, CLIENT_TASK: 'fresh-token', CLIENT_SETTING: 'default' } as const
    return carryOut(cluster, wish, (task) => subject.run(task))
  }
  // Twice: a client's first request in a process is slower than all others.
  await at('0ms')
  const usual = readMs(await at('0ms'))
  const [short, long] = [await at('400ms'), await at('6s')]
  const cells = [
    [short, long].map((seen) => outcome(seen, usual)).join(' | '),
    [short, long].map((seen) => String(tokensMinted(seen))).join(', '),
    told(long),
  ]
  return `${nameCells(subject)} ${cells.join(' | ')} |`
}

const readOf = ({ done }: Seen): Seen['done'][number] | undefined => done.find(({ op }) => op === 'read')
const readMs = (seen: Seen): number => readOf(seen)?.ms ?? 0

/** Whether it got its secret, after how many requests to the standby, and how much later than without lag. */
function outcome(seen: Seen, usualMs: number): string {
  const statuses = callsTo(seen, STANDBY).map(({ reply }) => reply?.status)
  if (statuses[0] !== 412)
    throw new Error(`no 412 was met, but ${statuses.join(', ')}: the client took longer than the lag`)
  const late = Math.max(0, readMs(seen) - usualMs)
  const requests = statuses.length === 1 ? '1 request' : `${statuses.length} requests`
  return `${readOf(seen)?.ok === true ? '**gets it**' : 'fails'}: ${requests}, +${duration(late)}`
}

const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms / 10) * 10} ms` : `${(ms / 1_000).toFixed(1)} s`

const TOLD_LENGTH_MAX = 110

/** The client's words, on one line: addresses and what else a table cannot hold are cut. */
function told(seen: Seen): string {
  const error = readOf(seen)?.error
  if (error === undefined) return ''
  const words = error
    .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, 'http://...')
    .replaceAll(/[\s|]+/g, ' ')
    .trim()
  return `\`${words.length > TOLD_LENGTH_MAX ? `${words.slice(0, TOLD_LENGTH_MAX)}...` : words}\``
}
