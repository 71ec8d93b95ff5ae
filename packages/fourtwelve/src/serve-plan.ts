/**
 * What `fourtwelve serve` is to do, once all that it was told has been looked at.
 * Always holds: no thread is started before: a mistake is told at once, and the process ends with nothing under way. A process that
 * ends while its threads load native code may crash.
 */

import type { ServedCluster } from '@fourtwelve/scenario'
import { makeDataFolder, refuseUsedFolder } from './data-folder.ts'
import { freePorts, wantedPorts, type Listening } from './free-ports.ts'
import type { Ports } from './ports.ts'
import { checkReadyFile } from './ready-file.ts'
import { checkServeFlags, CONTROL_PORT_AFTER, portBeside, readServedCluster, type ServeFlags } from './serve-options.ts'
import { chooseTls, type TlsFiles } from './tls-files.ts'

export interface ServePlan {
  readonly flags: ServeFlags
  readonly served: ServedCluster
  readonly listening: Listening
  /** The user's own certificate. One that is made at the start is not here yet: that takes longer than all else. */
  readonly ownTls: TlsFiles | null
}

/** Throws BadInput for a flag, file, folder or port that cannot be used. */
export async function planServe(flags: ServeFlags, ports: Ports): Promise<ServePlan> {
  checkServeFlags(flags)
  const { host, port, data, readyFile, balancer, tlsCert, tlsKey } = flags
  const served = readServedCluster(flags, ports.readText)
  const ownTls = tlsCert === undefined && tlsKey === undefined ? null : await chooseTls(flags, host, ports.readText)
  if (data !== undefined) {
    makeDataFolder(data)
    refuseUsedFolder(data)
  }
  if (readyFile !== undefined) checkReadyFile(readyFile)
  const listening: Listening = {
    host,
    port,
    controlPort: portBeside(flags.controlPort, port, CONTROL_PORT_AFTER),
    balancer:
      balancer === undefined
        ? null
        : { port: portBeside(flags.balancerPort, port, -1), perfStandbyOk: balancer === 'perfstandbyok' },
  }
  await freePorts(wantedPorts(listening, served.standbys))
  return { flags, served, listening, ownTls }
}
