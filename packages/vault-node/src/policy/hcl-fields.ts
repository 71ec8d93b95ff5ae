/**
 * Finds fields among the items of an object: by key, in the grouping that Vault's decoder uses.
 * Always holds: nothing here fails; keys are compared without regard to case.
 */

import { NOWHERE, type HclItem, type HclNode, type Position } from './hcl-syntax.ts'

/** A node, or what is left of items after their first key was taken off. */
export type Part =
  | HclNode
  | { readonly kind: 'items'; readonly items: readonly HclItem[] }
  | { readonly kind: 'item'; readonly item: HclItem }

const GO_TYPES: Readonly<Record<Part['kind'], string>> = {
  literal: '*ast.LiteralType',
  list: '*ast.ListType',
  object: '*ast.ObjectType',
  items: '*ast.ObjectList',
  item: '*ast.ObjectItem',
}

export const goTypeOf = (part: Part): string => GO_TYPES[part.kind]

/** What the items named `key` hold: first those with more keys, together, and then each of the others. */
export function partsOf(items: readonly HclItem[], key: string): readonly Part[] {
  const named = withoutFirstKey(items, key)
  const blocks = named.filter((item) => item.keys.length > 0)
  const values = named
    .filter((item) => item.keys.length === 0)
    .map(({ value }): Part => (value.kind === 'object' ? { kind: 'items', items: value.items } : value))
  return blocks.length > 0 ? [{ kind: 'items', items: blocks }, ...values] : values
}

/** The items whose first key is `key`, without it. Vault compares these keys without regard to case. */
export const withoutFirstKey = (items: readonly HclItem[], key: string): readonly HclItem[] =>
  items
    .filter((item) => item.keys[0]?.name.toLowerCase() === key.toLowerCase())
    .map((item) => ({ ...item, keys: item.keys.slice(1) }))

/** The items under each first key, without it. */
export function groupedByFirstKey(items: readonly HclItem[]): ReadonlyMap<string, readonly HclItem[]> {
  const groups = new Map<string, HclItem[]>()
  for (const item of items) {
    const key = item.keys[0]?.name.toLowerCase() ?? ''
    const group = groups.get(key) ?? []
    group.push({ ...item, keys: item.keys.slice(1) })
    groups.set(key, group)
  }
  return groups
}

export function positionOf(part: Part): Position {
  switch (part.kind) {
    case 'items':
      return part.items[0]?.keys[0]?.position ?? NOWHERE
    case 'item':
      return part.item.keys[0]?.position ?? NOWHERE
    case 'literal':
    case 'list':
    case 'object':
      return part.position
  }
}
