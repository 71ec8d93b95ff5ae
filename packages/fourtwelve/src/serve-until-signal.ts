/**
 * `fourtwelve serve`, from its plan to its end: start, tell, wait, stop.
 * Always holds: what was started is stopped, however it ends; standard output has the JSON line alone with --json.
 */

import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BadFolder } from '@fourtwelve/live'
import { endSpareThreads } from '@fourtwelve/live/spare-threads'
import { lockDataFolder } from './data-folder.ts'
import { BadInput, EXIT, type ExitCode } from './exit-codes.ts'
import { BadGiven } from './given-requests.ts'
import { removeAtEnd } from './leftovers.ts'
import type { Ports } from './ports.ts'
import { readyOf, writeReadyFile } from './ready-file.ts'
import { serveCluster, type Serving } from './serve-cluster.ts'
import { storageOf, type ServeFlags } from './serve-options.ts'
import type { ServePlan } from './serve-plan.ts'
import { openHostWarning, servingText } from './serve-text.ts'
import type { ServedCluster } from '@fourtwelve/scenario'
import { paletteFor } from './terminal-colours.ts'
import { chooseTls } from './tls-files.ts'

export async function serveUntilSignal(
  { flags, served, listening, ownTls }: ServePlan,
  ports: Ports,
): Promise<ExitCode> {
  const { host, data } = flags
  // From here on a signal ends what was started: nothing before may take long.
  const signal = ports.untilSignal()
  const undo: (() => void | Promise<void>)[] = []
  // A reset that is under way then must not write the ready file once more.
  let isEnding = false
  try {
    if (data !== undefined) undo.push(lockDataFolder(data))
    const tls = ownTls ?? (await chooseTls(flags, host, ports.readText))
    const caFile = tls === null ? null : (flags.tlsCert ?? writeCertificate(tls.cert, undo))
    const announce = (serving: Serving): void => {
      if (flags.readyFile !== undefined && !isEnding) writeReadyFile(flags.readyFile, readyOf(serving, caFile))
    }
    const serving = await serveCluster({
      ...listening,
      served,
      tls,
      rootToken: flags.rootToken ?? null,
      storage: storageOf(flags),
      data: data ?? null,
      tellWhoServed: flags.servedHeaders,
      keepsHistory: flags.history,
      died: (node, why) =>
        ports.stderr.write(
          `fourtwelve: ${node} ended by itself: ${why}. fourtwelve ctl restart ${node} brings it back\n`,
        ),
      wasReset: (after) => {
        announce(after)
        if (flags.json !== true) ports.stdout.write(`\nThe cluster was reset. Root Token: ${after.rootToken() ?? ''}\n`)
      },
    })
    undo.push(() => serving.stop())
    announce(serving)
    if (flags.readyFile !== undefined) undo.push(removeAtEnd(flags.readyFile))
    tell(serving, flags, served, caFile, ports)
    await signal
    return EXIT.pass
  } catch (error) {
    if (error instanceof BadFolder || error instanceof BadGiven) throw new BadInput(error.message)
    throw error
  } finally {
    isEnding = true
    await endSpareThreads()
    for (const step of undo.toReversed()) await step()
  }
}

/** The certificate is public: only its key is secret, and that stays in memory. */
function writeCertificate(cert: string, undo: (() => void)[]): string {
  const file = join(tmpdir(), `fourtwelve-ca-${process.pid}.pem`)
  undo.push(removeAtEnd(file))
  writeFileSync(file, cert, { mode: 0o600 })
  return file
}

function tell(serving: Serving, flags: ServeFlags, served: ServedCluster, caFile: string | null, ports: Ports): void {
  if (flags.host !== '127.0.0.1' && flags.host !== 'localhost' && flags.host !== '::1')
    ports.stderr.write(openHostWarning(flags.host))
  if (flags.json === true) return ports.stdout.write(`${JSON.stringify(readyOf(serving, caFile))}\n`)
  ports.stdout.write(servingText(serving, served, { flags, caFile, palette: paletteFor(ports.stdout, ports.env) }))
}
