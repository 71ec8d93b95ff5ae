/** The store against a sorted list of keys: what is listed is what stands there, whatever was listed before. */

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Store } from '../../dist/log/store.js'

/** Where keys stand: mounts, policies, children of tokens. */
const area = fc.constantFrom('logical/m1/', 'logical/m2/', 'sys/policy/', 'sys/token/parent/', 'sys/token/id/')
const segment = fc.constantFrom('a', 'b', 'c', 'ab')
const key = fc
  .tuple(area, fc.array(segment, { minLength: 1, maxLength: 4 }))
  .map(([where, segments]) => where + segments.join('/'))
const folder = fc
  .tuple(area, fc.array(segment, { maxLength: 4 }))
  .map(([where, segments]) => where + segments.map((one) => `${one}/`).join(''))

type Command =
  | { readonly do: 'put' | 'remove'; readonly key: string }
  | { readonly do: 'list' | 'count'; readonly folder: string }
  | { readonly do: 'replace'; readonly keys: readonly string[] }

const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), key }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('remove' as const), key }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('list' as const, 'count' as const), folder }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('replace' as const), keys: fc.array(key) }) },
  ),
  { maxLength: 80, size: 'max' },
)

/** Names directly under a folder; folders end in `/`. */
function namesIn(keys: Iterable<string>, under: string): readonly string[] {
  const names = new Set<string>()
  for (const each of keys) {
    if (!each.startsWith(under)) continue
    const rest = each.slice(under.length)
    const slash = rest.indexOf('/')
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1))
  }
  return [...names].sort((a, b) => (a < b ? -1 : 1))
}

test('listing finds what is there, and nothing that is gone, in any order of writes and listings', () => {
  fc.assert(
    fc.property(commands, (script) => {
      const store = new Store()
      const model = new Set<string>()
      for (const command of script) {
        switch (command.do) {
          case 'put':
          case 'remove': {
            const value = command.do === 'put' ? {} : null
            store.applyChange({ scope: 'local', namespace: '', key: command.key, value })
            if (value === null) model.delete(command.key)
            else model.add(command.key)
            break
          }
          case 'replace':
            store.replaceBy(command.keys.map((each) => [each, {}] as const))
            model.clear()
            for (const each of command.keys) model.add(each)
            break
          case 'list':
            expect(store.list(command.folder)).toEqual(namesIn(model, command.folder))
            break
          case 'count':
            expect(store.count(command.folder)).toBe(namesIn(model, command.folder).length)
        }
        expect(store.size).toBe(model.size)
      }
      for (const each of model) expect(store.has(each)).toBe(true)
    }),
    { numRuns: 400 },
  )
})

describe('values', () => {
  test('are what was last written, and the very object', () => {
    const store = new Store()
    const [first, second] = [{ n: 1 }, { n: 2 }]
    const change = { scope: 'local', namespace: '', key: 'k' } as const
    store.applyChange({ ...change, value: first })
    store.applyChange({ ...change, value: second })
    expect(store.get('k')).toBe(second)
    store.applyChange({ ...change, value: null })
    expect([store.get('k'), store.has('k')]).toEqual([undefined, false])
  })
})
