/**
 * `--set a.b=c`: values from the command line, put over those of the file before it is judged.
 * A path is dotted; a position in a list is a number, or the `name` of the item (`clients.storm.mitigation`).
 * Always holds: what was set is judged by the same schema as the file, so a path that does not exist is found as an unknown key.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '@fourtwelve/protocol'
import { nearestWord } from './nearest-word.ts'
import type { Path } from './problem.ts'
import { readYaml } from './yaml-source.ts'

/** A path and the text of its value, as `--set` takes them. */
export type Setting = readonly [path: string, value: string]

/** What one setting changed. */
export interface AppliedSetting {
  readonly setting: Setting
  readonly path: Path
}

interface SettingProblem {
  readonly setting: Setting
  readonly message: string
  readonly suggestion: string | null
}

export interface SettingsApplied {
  readonly value: JsonValue
  readonly applied: readonly AppliedSetting[]
  readonly problems: readonly SettingProblem[]
}

/** The file's value with every setting over it, in order: a later one wins. */
export function applySettings(value: JsonValue, settings: readonly Setting[], shortNames: ShortNames): SettingsApplied {
  const applied: AppliedSetting[] = []
  const problems: SettingProblem[] = []
  let current = value
  for (const setting of settings) {
    const paths = pathsOf(current, setting[0], shortNames)
    const given = settingValue(setting[1])
    const refused = 'refused' in paths ? paths : 'refused' in given ? given : null
    if (refused !== null) problems.push({ setting, message: refused.refused, suggestion: refused.suggestion })
    if ('refused' in paths || 'refused' in given) continue
    for (const path of paths.found) {
      current = replaced(current, path, given.found)
      applied.push({ setting, path })
    }
  }
  return { value: current, applied, problems }
}

type Found<T> = { readonly found: T } | { readonly refused: string; readonly suggestion: string | null }

const refused = (
  message: string,
  suggestion: string | null = null,
): { refused: string; suggestion: string | null } => ({
  refused: message,
  suggestion,
})

/** Short names, for what is changed most: from the file as it is to the paths that are meant. */
export type ShortNames = Readonly<Record<string, (file: JsonObject) => Found<readonly Path[]>>>

/** The lag of every link that has none of its own. */
const lag: ShortNames[string] = (file) => {
  const { lag: written } = file
  const byLink = isJsonObject(written) && !Object.hasOwn(written, 'dist')
  return { found: [byLink ? ['lag', 'default'] : ['lag']] }
}

/** A server's own file has its topology in one word, which needs no shortening. */
export const SERVER_SHORT_NAMES: ShortNames = { lag }

export const SCENARIO_SHORT_NAMES: ShortNames = {
  lag,
  standbys: () => ({ found: [['topology', 'standbys']] }),
  /** The arrival rate of every client that has one. */
  rate: (file) => {
    const clients = isList(file['clients']) ? file['clients'] : []
    const paths = clients.flatMap((client, at): Path[] => {
      const arrival = isJsonObject(client) ? client['arrival'] : undefined
      return isJsonObject(arrival) && arrival['rate'] !== undefined ? [['clients', at, 'arrival', 'rate']] : []
    })
    return paths.length > 0 ? { found: paths } : refused('sets nothing: no client of this scenario has an arrival rate')
  },
}

function pathsOf(file: JsonValue, text: string, shortNames: ShortNames): Found<readonly Path[]> {
  if (!isJsonObject(file)) return refused('sets nothing: the file is no mapping')
  const short = Object.hasOwn(shortNames, text) ? shortNames[text] : undefined
  if (short !== undefined) return short(file)
  const path: (string | number)[] = []
  let inside: JsonValue | undefined = file
  for (const word of text.split('.')) {
    if (word === '' || word === '__proto__') return refused(`has an empty or impossible part: write it like a.b=c`)
    if (inside !== undefined && (inside === null || typeof inside !== 'object')) {
      return refused(
        `goes into ${path.join('.')}, which is the single value ${JSON.stringify(inside)}: set that itself`,
      )
    }
    const part: Found<string | number> = isList(inside) ? positionOf(inside, word, path.join('.')) : { found: word }
    if ('refused' in part) return part
    path.push(part.found)
    inside = isList(inside)
      ? inside[Number(part.found)]
      : Object.hasOwn(inside ?? {}, word)
        ? inside?.[word]
        : undefined
  }
  return { found: [path] }
}

function positionOf(list: readonly JsonValue[], word: string, path: string): Found<number> {
  const names = list.map((item) => (isJsonObject(item) && typeof item['name'] === 'string' ? item['name'] : ''))
  const named = names.indexOf(word)
  if (named >= 0) return { found: named }
  if (!/^\d{1,6}$/.test(word)) return refused(`finds no "${word}" in ${path}`, nearestWord(word, names))
  const position = Number(word)
  return position < list.length ? { found: position } : refused(`finds no ${word} in ${path}, which has ${list.length}`)
}

/** Nothing after the `=` is the empty text. */
function settingValue(text: string): Found<JsonValue> {
  if (text.trim() === '') return { found: '' }
  const read = readYaml(text)
  return 'problems' in read
    ? refused(`has a value that is no YAML: ${read.problems[0]?.message ?? ''}`)
    : { found: read.value }
}

/** The value with something else at a path. What is missing on the way becomes a mapping. */
function replaced(value: JsonValue | undefined, path: Path, by: JsonValue): JsonValue {
  const [first, ...rest] = path
  if (first === undefined) return by
  if (isList(value)) return value.map((item, at) => (at === first ? replaced(item, rest, by) : item))
  const mapping = isJsonObject(value) ? value : {}
  const old = Object.hasOwn(mapping, first) ? mapping[first] : undefined
  return { ...mapping, [first]: replaced(old, rest, by) }
}

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)
