/**
 * The table of README.md is about the clients that are run here, in the versions that are installed. To measure it anew:
 * `UPDATE=1 FOURTWELVE_CLIENTS=1 npx vitest run test/clients/table.test.ts`
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { clusterForClients } from './cluster-for-clients.ts'
import { BUILD_MS_MAX } from './foreign-clients.ts'
import { SUBJECTS } from './subjects.ts'
import { measuredTable, nameCells, TABLE_END, TABLE_START } from './table.ts'

const README = new URL('./README.md', import.meta.url).pathname

test.runIf(process.env.UPDATE === '1')(
  'measures what every client does about a 412',
  async () => {
    const cluster = await clusterForClients()
    try {
      const table = await measuredTable(cluster, SUBJECTS)
      const [before, after] = around(readFileSync(README, 'utf8'))
      writeFileSync(README, `${before}${TABLE_START}\n${table}\n${TABLE_END}${after}`)
    } finally {
      await cluster.stop()
    }
  },
  BUILD_MS_MAX,
)

test('has a row for every client, in the version that is run', () => {
  const [, , table] = around(readFileSync(README, 'utf8'))
  const named = table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').slice(0, 4).join('|') + '|')
  expect(named).toEqual(SUBJECTS.map(nameCells))
})

function around(text: string): readonly [before: string, after: string, table: string] {
  const [start, end] = [text.indexOf(TABLE_START), text.indexOf(TABLE_END)]
  if (start < 0 || end < start) throw new Error(`${README} has no ${TABLE_START} and ${TABLE_END} around its table`)
  return [text.slice(0, start), text.slice(end + TABLE_END.length), text.slice(start + TABLE_START.length, end)]
}
