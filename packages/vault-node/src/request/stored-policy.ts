/** A policy as it stands in storage, at `policyKey(name)`. Its text is parsed when it is first used. */

export interface StoredPolicy {
  readonly name: string
  /** HCL or JSON, as it was written. */
  readonly text: string
}
