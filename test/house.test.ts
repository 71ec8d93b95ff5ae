/** The rules of the house (ARCHITECTURE.md), checked on the source itself. */

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = new URL('..', import.meta.url).pathname
const PACKAGES = join(ROOT, 'packages')

/** Lower packages know nothing of higher ones. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  'vault-node': ['protocol'],
  cluster: ['protocol'],
  client: ['protocol'],
  checker: ['protocol'],
  live: ['protocol', 'vault-node', 'cluster'],
  http: ['protocol', 'cluster', 'client'],
  simulation: ['protocol', 'vault-node', 'cluster'],
  scenario: ['protocol', 'cluster', 'client', 'checker'],
  explore: ['protocol', 'cluster', 'client', 'checker', 'scenario'],
  report: ['protocol', 'cluster', 'client', 'checker', 'scenario', 'explore'],
  fourtwelve: [
    'protocol',
    'vault-node',
    'cluster',
    'client',
    'checker',
    'live',
    'http',
    'simulation',
    'scenario',
    'explore',
    'report',
  ],
}
const IMPURE = new Set(['live', 'http', 'fourtwelve'])
const FILE_LINES_MAX = 300
const BANNED_NAMES = /^(utils?|helpers?|manager|common|types|misc)\b/

interface Source {
  readonly package: string
  readonly path: string
  readonly text: string
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesUnder(path) : [path]
  })
}

const names = readdirSync(PACKAGES)
const sources: readonly Source[] = names.flatMap((name) =>
  filesUnder(join(PACKAGES, name, 'src')).map((path) => ({ package: name, path, text: readFileSync(path, 'utf8') })),
)
const short = ({ path }: Source): string => path.slice(ROOT.length)

const importsOf = ({ text }: Source): readonly string[] =>
  [...text.matchAll(/^(?:import|export)\b[^'"]*?from\s+'([^']+)'/gms), ...text.matchAll(/^import\s+'([^']+)'/gm)].map(
    (found) => found[1] ?? '',
  )

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(PACKAGES, name, 'package.json'), 'utf8')) as Manifest

test('every package has its place in the layers', () => {
  expect(Object.keys(LAYERS).sort()).toEqual([...names].sort())
})

describe.each(names)('package %s', (name) => {
  const own = sources.filter((source) => source.package === name)
  const allowed = LAYERS[name] ?? []

  test('imports only what its package.json names, and nothing above its layer', () => {
    const declared = Object.keys(manifestOf(name).dependencies ?? {})
    const wrong = own.flatMap((source) =>
      importsOf(source)
        .filter((from) => !from.startsWith('.') && !from.startsWith('node:'))
        .map((from) => (from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : (from.split('/')[0] ?? from)))
        .filter(
          (from) =>
            !declared.includes(from) ||
            (from.startsWith('@fourtwelve/') && !allowed.includes(from.slice('@fourtwelve/'.length))),
        )
        .map((from) => `${short(source)} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test('declares no dependency that it does not import', () => {
    const imported = new Set(
      own
        .flatMap(importsOf)
        .map((from) => (from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0])),
    )
    expect(Object.keys(manifestOf(name).dependencies ?? {}).filter((dependency) => !imported.has(dependency))).toEqual(
      [],
    )
  })

  test.skipIf(IMPURE.has(name))('is pure: no node: import, no clock, no chance, nothing asynchronous', () => {
    const wrong = own
      .filter(({ path }) => !path.endsWith('.d.ts'))
      .flatMap((source) => {
        const code = source.text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '')
        const found = [
          /'node:/,
          /\basync\b/,
          /\bawait\b/,
          /\bPromise\b/,
          /\bMath\.random\b/,
          // Engines differ in their last bits: packages/cluster/src/exact-math.ts has what is needed.
          /\bMath\.(a?(cos|sin|tan)h?|atan2|cbrt|exp|expm1|hypot|log|log10|log1p|log2|pow)\b/,
          /\bsetTimeout\b/,
          /\bconsole\./,
        ].filter((banned) => banned.test(code))
        const date = /\bnew Date\b|\bDate\./.test(code) && basename(source.path) !== 'wire-time.ts' ? ['Date'] : []
        return [...found, ...date].map((banned) => `${short(source)} has ${String(banned)}`)
      })
    expect(wrong).toEqual([])
  })
})

test('every file opens with a comment that says what it owns', () => {
  expect(sources.filter(({ text }) => !/^(\/\*\*|\/\/|#!)/.test(text)).map(short)).toEqual([])
})

test('no file says by its name that it holds anything and everything', () => {
  expect(sources.filter(({ path }) => BANNED_NAMES.test(basename(path))).map(short)).toEqual([])
})

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  expect(sources.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX).map(short)).toEqual([])
})

test('no default export, no export of everything, nothing left to fix', () => {
  const banned = [/^export default\b/m, /^export \*/m, /\b(FIXME|TODO|XXX)\b/, /\bas any\b/]
  expect(
    sources.flatMap((source) =>
      banned.filter((pattern) => pattern.test(source.text)).map((pattern) => `${short(source)}: ${String(pattern)}`),
    ),
  ).toEqual([])
})

test('no test is left alone or left out', () => {
  const tests = [
    ...names.flatMap((name) => filesUnder(join(PACKAGES, name, 'test'))),
    ...filesUnder(join(ROOT, 'test')),
  ].filter((path) => path.endsWith('.test.ts') && !path.endsWith('house.test.ts'))
  expect(tests.filter((path) => /\b(test|it|describe)\.(only|todo)\b/.test(readFileSync(path, 'utf8')))).toEqual([])
})

test('every scenario has its expected transcript, and every transcript its scenario', () => {
  const named = (folder: string, ending: string): string[] =>
    readdirSync(join(ROOT, folder))
      .filter((file) => file.endsWith(ending))
      .map((file) => file.slice(0, -ending.length))
      .sort()
  expect(named('scenarios/expected', '.txt')).toEqual(named('scenarios', '.yaml'))
})

test('the README names every scenario with its question, and has no gap left to fill', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const missing = readdirSync(join(ROOT, 'scenarios'))
    .filter((file) => file.endsWith('.yaml'))
    .filter((file) => {
      const question =
        /^question: (.*)$/m.exec(readFileSync(join(ROOT, 'scenarios', file), 'utf8'))?.[1] ?? 'no question'
      return !readme.includes(`| \`${file.slice(0, -'.yaml'.length)}\` | ${question.replaceAll(/^['"]|['"]$/g, '')} |`)
    })
  expect(missing).toEqual([])
  expect(readme).not.toMatch(/\b[A-Z]+_(TABLE|JSON)\b/)
})
