/** What `fourtwelve serve` prints for people. Always holds: it says loudly that this is no place for real secrets. */

import { lagWords } from '@fourtwelve/cluster'
import { linkId, type NodeId } from '@fourtwelve/protocol'
import type { Palette } from '@fourtwelve/report'
import { lagOfLink, type ServedCluster } from '@fourtwelve/scenario'
import type { Serving } from './serve-cluster.ts'
import { storageOf, type ServeFlags } from './serve-options.ts'
import { VERSION } from './version.ts'

export interface ServeTextOptions {
  readonly flags: ServeFlags
  readonly caFile: string | null
  readonly palette: Palette
}

export function servingText(
  serving: Serving,
  served: ServedCluster,
  { flags, caFile, palette }: ServeTextOptions,
): string {
  const { active, addresses, controlAddress, balancerAddress, wasThere } = serving
  const root = serving.rootToken()
  const nodes = Object.entries(addresses).map(([node, address]) =>
    row(
      node,
      address,
      node === active ? 'active' : `performance standby, lag ${lagText(served, active, node as NodeId)}`,
    ),
  )
  const check =
    flags.balancer === 'perfstandbyok' ? '/v1/sys/health?perfstandbyok=true' : '/v1/sys/health: standbys get nothing'
  return [
    '',
    palette.bold(`fourtwelve ${VERSION}: a simulated Vault Enterprise cluster. It is NO PLACE FOR REAL SECRETS.`),
    '',
    ...nodes,
    ...(balancerAddress === null ? [] : [row('balancer', balancerAddress, `round robin; checks ${check}`)]),
    row('control', controlAddress, 'fourtwelve ctl --help'),
    row('data', flags.data ?? 'not kept', `storage ${storageOf(flags)}`),
    ...(wasThere && hasGiven(served)
      ? ['', '  The folder holds a cluster already: what the configuration gives was not written again.']
      : []),
    '',
    `  export VAULT_ADDR='${addresses[active] ?? ''}'`,
    ...(caFile === null ? [] : [`  export VAULT_CACERT='${caFile}'`]),
    ...(root === null ? [] : [`  export VAULT_TOKEN='${root}'`]),
    '',
    root === null
      ? '  Root Token: the one that this cluster was made with; only a hash of it is kept'
      : `  Root Token: ${root}`,
    '',
    palette.dim('  Ctrl-C ends it.'),
    '',
  ].join('\n')
}

const NAME_WIDTH = 9
const ADDRESS_WIDTH = 24
const row = (name: string, address: string, note: string): string =>
  `  ${name.padEnd(NAME_WIDTH)} ${address.padEnd(ADDRESS_WIDTH)} ${note}`

function lagText(served: ServedCluster, active: NodeId, node: NodeId): string {
  const words = lagWords(lagOfLink(served.lag, linkId(active, node)))
  return typeof words === 'string' ? words : JSON.stringify(words)
}

const hasGiven = ({ given }: ServedCluster): boolean => Object.values(given).some((list) => list.length > 0)

export const openHostWarning = (host: string): string =>
  `fourtwelve: WARNING: listening on ${host}: whoever reaches this machine reaches this cluster, which protects nothing. Use no real secrets.\n`
