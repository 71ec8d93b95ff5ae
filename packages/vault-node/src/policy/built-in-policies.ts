/**
 * The policies that every Vault has, and what their names may be used for (vault-http-api 6).
 * Always holds: every text parses; `root` has an empty one, since an ACL knows it by its name.
 */

export const ROOT_POLICY_NAME = 'root'
export const DEFAULT_POLICY_NAME = 'default'
const RESPONSE_WRAPPING_POLICY_NAME = 'response-wrapping'
const CONTROL_GROUP_POLICY_NAME = 'control-group'

/** Nobody may write or delete these. `default` may be written, and not deleted. */
export const IMMUTABLE_POLICIES: ReadonlySet<string> = new Set([
  ROOT_POLICY_NAME,
  RESPONSE_WRAPPING_POLICY_NAME,
  CONTROL_GROUP_POLICY_NAME,
])

/** No token may be given these, and a list of policies leaves them out. */
export const NON_ASSIGNABLE_POLICIES: ReadonlySet<string> = new Set([
  RESPONSE_WRAPPING_POLICY_NAME,
  CONTROL_GROUP_POLICY_NAME,
])

/** What `default` says until somebody writes it. */
const DEFAULT_POLICY_TEXT = `
# A token may look at itself, renew itself and revoke itself
path "auth/token/lookup-self" {
    capabilities = ["read"]
}
path "auth/token/renew-self" {
    capabilities = ["update"]
}
path "auth/token/revoke-self" {
    capabilities = ["update"]
}

# A token may ask what it may do
path "sys/capabilities-self" {
    capabilities = ["update"]
}
path "sys/internal/ui/resultant-acl" {
    capabilities = ["read"]
}

# A token may read the entity that it belongs to
path "identity/entity/id/{{identity.entity.id}}" {
    capabilities = ["read"]
}
path "identity/entity/name/{{identity.entity.name}}" {
    capabilities = ["read"]
}

# Who knows the id of a lease may renew it and look it up; the first path is for old clients
path "sys/renew" {
    capabilities = ["update"]
}
path "sys/leases/renew" {
    capabilities = ["update"]
}
path "sys/leases/lookup" {
    capabilities = ["update"]
}

# Each token has a cubbyhole of its own
path "cubbyhole/*" {
    capabilities = ["create", "read", "update", "delete", "list"]
}

# Wrapping of any value, and what to do with a wrapping token
path "sys/wrapping/wrap" {
    capabilities = ["update"]
}
path "sys/wrapping/lookup" {
    capabilities = ["update"]
}
path "sys/wrapping/unwrap" {
    capabilities = ["update"]
}

# Tools without side effects
path "sys/tools/hash" {
    capabilities = ["update"]
}
path "sys/tools/hash/*" {
    capabilities = ["update"]
}

# The state of a control group request, for who has its accessor
path "sys/control-group/request" {
    capabilities = ["update"]
}

# Logins to applications through an OIDC provider
path "identity/oidc/provider/+/authorize" {
    capabilities = ["read", "update"]
}
`

/** What a wrapping token may do. */
const RESPONSE_WRAPPING_POLICY_TEXT = `
path "cubbyhole/response" {
    capabilities = ["create", "read"]
}

path "sys/wrapping/unwrap" {
    capabilities = ["update"]
}
`

/** What the token of a control group request may do. */
const CONTROL_GROUP_POLICY_TEXT = `
path "cubbyhole/control-group" {
    capabilities = ["update", "create", "read"]
}

path "sys/wrapping/unwrap" {
    capabilities = ["update"]
}
`

/** What a new cluster's policy store holds. */
export const BUILT_IN_POLICIES: readonly { readonly name: string; readonly text: string }[] = [
  { name: ROOT_POLICY_NAME, text: '' },
  { name: DEFAULT_POLICY_NAME, text: DEFAULT_POLICY_TEXT },
  { name: RESPONSE_WRAPPING_POLICY_NAME, text: RESPONSE_WRAPPING_POLICY_TEXT },
  { name: CONTROL_GROUP_POLICY_NAME, text: CONTROL_GROUP_POLICY_TEXT },
]

/**
 * Names of policies as tokens hold them: trimmed, in lower case, sorted, each once, none empty; `root` swallows all others
 * (vault-http-api 1.10). With `addDefault` the result has `default`, unless it is root.
 */
export function normalizePolicyNames(names: readonly string[], addDefault: boolean): readonly string[] {
  const normalized = new Set(names.map((name) => name.trim().toLowerCase()).filter((name) => name !== ''))
  if (normalized.has(ROOT_POLICY_NAME)) return [ROOT_POLICY_NAME]
  if (addDefault) normalized.add(DEFAULT_POLICY_NAME)
  return [...normalized].sort()
}
