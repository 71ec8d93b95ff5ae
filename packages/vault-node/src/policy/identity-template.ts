/**
 * Templates in the paths of policies: `{{identity.entity.id}}` and its kin (vault-http-api 6, templating).
 * Always holds: a template that has no value for this entity gives null, and its rule then counts for nothing.
 */

/** An identity entity, as far as policies can speak of it. */
export interface PolicyEntity {
  readonly id: string
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
  /** The entity's names at auth mounts. */
  readonly aliases?: readonly PolicyAlias[]
}

interface PolicyAlias {
  /** The accessor of the auth mount: `auth_userpass_1a2b3c4d`. */
  readonly accessor: string
  readonly id: string
  readonly name: string
  readonly metadata: Readonly<Record<string, string>>
}

/** Whether every `{{` has its `}}` and the other way round. */
export const isBalancedTemplate = (path: string): boolean => pieces(path) !== null

/** The path with its templates filled in; null when one of them has no value. A path without templates is returned as it is. */
export function fillTemplate(path: string, entity: PolicyEntity | null): string | null {
  if (!path.includes('{{')) return path
  const parts = pieces(path)
  if (parts === null) return null
  let filled = parts.start
  for (const { selector, rest } of parts.templates) {
    const value = entity === null ? null : entityValue(selector.trim(), entity)
    if (value === null) return null
    filled += value + rest
  }
  return filled
}

interface TemplatePieces {
  readonly start: string
  readonly templates: readonly { readonly selector: string; readonly rest: string }[]
}

function pieces(path: string): TemplatePieces | null {
  const [start = '', ...opened] = path.split('{{')
  if (start.includes('}}')) return null
  const templates = opened.map((piece) => piece.split('}}'))
  if (templates.some((parts) => parts.length !== 2)) return null
  return { start, templates: templates.map(([selector = '', rest = '']) => ({ selector, rest })) }
}

const ENTITY = 'identity.entity.'
const ALIASES = 'aliases.'

/** Groups are not modelled, so a selector of groups has no value, as for an entity that is in no group. */
function entityValue(selector: string, entity: PolicyEntity): string | null {
  if (!selector.startsWith(ENTITY)) return null
  const field = selector.slice(ENTITY.length)
  if (!field.startsWith(ALIASES)) return fieldValue(field, entity)
  const dot = field.indexOf('.', ALIASES.length)
  if (dot < 0) return null
  const accessor = field.slice(ALIASES.length, dot)
  const alias = entity.aliases?.find((candidate) => candidate.accessor === accessor)
  return alias === undefined ? null : fieldValue(field.slice(dot + 1), alias)
}

const METADATA = 'metadata.'

function fieldValue(field: string, holder: PolicyEntity | PolicyAlias): string | null {
  if (field === 'id') return holder.id === '' ? null : holder.id
  if (field === 'name') return holder.name === '' ? null : holder.name
  if (!field.startsWith(METADATA)) return null
  const key = field.slice(METADATA.length)
  return Object.hasOwn(holder.metadata, key) ? (holder.metadata[key] ?? null) : null
}
