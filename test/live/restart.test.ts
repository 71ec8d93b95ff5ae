/**
 * A restart loses nothing: processes and threads are killed at random moments under write load, and everything that was
 * acknowledged is there afterwards, on the active node at once and on every standby when it has caught up.
 * FOURTWELVE_KILLS says how many kills (CI: 100), FOURTWELVE_SEED repeats their moments as far as real time allows.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEntropy } from '@fourtwelve/simulation'
import { afterAll, afterEach, expect, test } from 'vitest'
import { activeNode, agree } from './agree.ts'
import { readDisks } from './read-disks.ts'
import { killServedProcesses, startServing, type Entry, type Ready, type ServedProcess } from './served-process.ts'
import { missingOn, nothingAcknowledged, writeLoad, type Acknowledged } from './write-load.ts'

const KILLS = Number(process.env['FOURTWELVE_KILLS'] ?? 8)
const SEED = Number(process.env['FOURTWELVE_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
/** What a kill and all that is looked at after it may take. */
const KILL_MS_MAX = 30_000
const LOAD_MS_MAX = 600
/** From the start of the process on; the cluster is ready after about a second. */
const START_MS_MAX = 1500
const FIRST_STARTS = 3
/** Tokens of earlier rounds that are tried again after a kill; all of them are after the last. */
const OLD_TOKENS = 50

const folder = mkdtempSync(join(tmpdir(), 'fourtwelve-restart-'))
afterEach(killServedProcesses)
afterAll(() => rmSync(folder, { recursive: true }))

const sleep = (ms: number): Promise<void> => new Promise((goOn) => setTimeout(goOn, ms))
const clientsOf = ({ addresses: { n0 = '', n1 = '', n2 = '' } }: Ready): readonly string[] => [n0, n0, n0, n1, n1, n2]

/** Nobody writes: the active node has everything at once, the standbys when they have caught up. */
async function nothingIsLost(
  { addresses, control }: Ready,
  known: Acknowledged,
  tokens: readonly string[],
): Promise<void> {
  const active = await activeNode(control)
  const isThere = async (node: string): Promise<void> =>
    expect(await missingOn(addresses[node] ?? '', known, tokens), `on ${node}, seed ${SEED}`).toEqual([])
  await isThere(active)
  await agree(control)
  for (const node of Object.keys(addresses)) if (node !== active) await isThere(node)
}

async function disksAreAlike(data: string): Promise<void> {
  const [active, ...standbys] = await readDisks(data)
  for (const { head, values } of standbys)
    expect({ head, values }).toEqual({ head: active?.head, values: active?.values })
}

/** Looks for a token, each 10 ms for 20 s. */
const FIRST_TOKEN_LOOKS = 2000

async function firstToken({ tokens }: Acknowledged): Promise<void> {
  for (let look = 0; tokens.length === 0 && look < FIRST_TOKEN_LOOKS; look++) await sleep(10)
}

const rows = (['durable', 'nosync'] as const).flatMap((storage) =>
  (['fourtwelve serve', 'frequent checkpoints'] satisfies Entry[]).map((entry) => ({ storage, entry })),
)
const ROUNDS = Math.ceil(KILLS / rows.length)

test.each(rows)(
  `a process that is killed at any moment loses nothing that it acknowledged: $storage, $entry`,
  async ({ storage, entry }) => {
    console.info(`${ROUNDS} kills of ${entry}, ${storage}, with FOURTWELVE_SEED=${SEED}`)
    const chance = createEntropy(SEED).stream(`${storage} ${entry}`)
    const data = join(folder, `${storage} ${entry}`)
    const known = nothingAcknowledged()
    const started = async (): Promise<ServedProcess> => {
      // Now and then a kill in the middle of a start: of the first one too, when there is no cluster yet.
      if (chance.below(3) === 0) {
        const unready = startServing(entry, data, storage)
        await sleep(chance.below(START_MS_MAX))
        await unready.end('SIGKILL')
      }
      return startServing(entry, data, storage)
    }
    let tried = 0
    let serving = await started()
    for (let round = 0; round < ROUNDS; round++) {
      const load = writeLoad(clientsOf(await serving.ready), known)
      await sleep(chance.below(LOAD_MS_MAX))
      // A run of kills that all came before the first answer would show nothing: the last one waits for it.
      if (round === ROUNDS - 1) await firstToken(known)
      await serving.end('SIGKILL')
      await load.stop()

      serving = await started()
      const old = Array.from({ length: Math.min(tried, OLD_TOKENS) }, () => known.tokens[chance.below(tried)] ?? '')
      await nothingIsLost(await serving.ready, known, [...old, ...known.tokens.slice(tried)])
      tried = known.tokens.length
    }
    expect(known.tokens.length).toBeGreaterThan(0)
    const ready = await serving.ready
    await nothingIsLost(ready, known, known.tokens)
    // A stop in the middle of load is quiet, and no node has anything that another lacks.
    const load = writeLoad(clientsOf(ready), known)
    await sleep(200)
    const stopped = serving.end('SIGTERM')
    await stopped
    await load.stop()
    expect(await stopped).toEqual({ code: 0, errors: '' })
    const again = startServing(entry, data, storage)
    await nothingIsLost(await again.ready, known, known.tokens)
    expect((await again.end('SIGTERM')).code).toBe(0)
    await disksAreAlike(data)
  },
  (ROUNDS + 3) * KILL_MS_MAX,
)

test('a process that is killed in its first start leaves a folder that the next one can use', async () => {
  const chance = createEntropy(SEED).stream('first starts')
  for (let round = 0; round < FIRST_STARTS; round++) {
    const data = join(folder, `first ${round}`)
    const unready = startServing('fourtwelve serve', data, 'durable')
    await sleep(START_MS_MAX * ((round + chance.unit()) / FIRST_STARTS))
    await unready.end('SIGKILL')
    const next = startServing('fourtwelve serve', data, 'durable')
    const known = nothingAcknowledged()
    const ready = await next.ready
    const load = writeLoad(clientsOf(ready), known)
    await sleep(100)
    await load.stop()
    await nothingIsLost(ready, known, known.tokens)
    await next.end('SIGKILL')
  }
})

test.each(['durable', 'nosync'] as const)(
  'a thread that is killed at any moment comes back with everything: %s',
  async (storage) => {
    const chance = createEntropy(SEED).stream(`threads ${storage}`)
    const process_ = startServing('frequent checkpoints', join(folder, `threads ${storage}`), storage)
    const ready = await process_.ready
    const order = async (verb: string, node: string): Promise<void> => {
      const reply = await fetch(`${ready.control}/${verb}`, { method: 'POST', body: JSON.stringify({ node }) })
      expect(reply.status, await reply.text()).toBe(200)
    }
    const known = nothingAcknowledged()
    let tried = 0
    for (let round = 0; round < Math.max(3, ROUNDS); round++) {
      const load = writeLoad(clientsOf(ready), known)
      const node = round % 3 === 0 ? 'n0' : `n${1 + chance.below(2)}`
      await sleep(chance.below(LOAD_MS_MAX))
      await order('kill', node)
      await sleep(chance.below(LOAD_MS_MAX))
      await order('restart', node)
      await sleep(chance.below(LOAD_MS_MAX))
      await load.stop()
      await nothingIsLost(ready, known, known.tokens.slice(tried))
      tried = known.tokens.length
    }
    await nothingIsLost(ready, known, known.tokens)
    expect(await process_.end('SIGTERM')).toEqual({ code: 0, errors: '' })
    await disksAreAlike(join(folder, `threads ${storage}`))
  },
  Math.max(3, ROUNDS) * KILL_MS_MAX,
)
