/**
 * `X-Vault-Namespace` in a cluster that has the root namespace alone.
 * Vault Enterprise takes header and path together, looks for the longest namespace that exists, and routes what is left; so a
 * namespace that does not exist stays in front of the path, and the node finds nothing there: 404 `no handler for route
 * "ns1/secret/data/app". route entry not found.`, or 403 for a token that may not look.
 */

/** Vault's multiplexer takes these before it looks at namespaces: a client with a namespace set can still ask how a node is. */
const BEFORE_NAMESPACES: ReadonlySet<string> = new Set(['sys/health', 'sys/init', 'sys/leader', 'sys/seal-status'])

/** The path to ask the node for. */
export function pathInNamespace(namespace: string | null, path: string): string {
  if (namespace === null || BEFORE_NAMESPACES.has(path)) return path
  const name = namespace.replace(/^\//, '').replace(/\/$/, '')
  return name === '' || name === 'root' ? path : `${name}/${path}`
}
