import fc from 'fast-check'
import { expect, test } from 'vitest'
import { capabilities, compileAcl, decide, type AclOperation } from '../../dist/policy/acl.js'
import type { Capability, PathRule, Policy } from '../../dist/policy/policy.js'

/** Few segments, so that rules and requests meet. */
const segment = fc.constantFrom('a', 'b', 'ab', '')
const requestPath = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'))
  .filter((path) => !path.startsWith('/'))
const rulePath = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: segment }, fc.constant('+')), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([segments, isPrefix]) => segments.join('/') + (isPrefix ? '*' : ''))
  .filter((path) => !path.includes('+*'))
const operation = fc.constantFrom<AclOperation[]>('read', 'list', 'create', 'update', 'delete', 'patch')
const granted = fc.uniqueArray(fc.constantFrom<Capability[]>('read', 'list', 'update', 'create', 'sudo'))
const held = fc.oneof({ weight: 4, arbitrary: granted }, fc.constant<Capability[]>(['deny']))
const value = fc.constantFrom('1', '2', 'x*')
const parameterRules = fc.option(
  fc.dictionary(fc.constantFrom('p', 'q', '*'), fc.uniqueArray(value)).map((rules) => new Map(Object.entries(rules))),
)
const rule = fc
  .record({ path: rulePath, held, allowed: parameterRules, denied: parameterRules, required: fc.subarray(['p', 'q']) })
  .map(({ path, held: names, allowed, denied, required }): PathRule => ({
    path,
    capabilities: new Set(names),
    allowedParameters: names.includes('deny') ? null : allowed,
    deniedParameters: names.includes('deny') ? null : denied,
    requiredParameters: names.includes('deny') ? [] : required,
    minWrappingTtl: null,
    maxWrappingTtl: null,
  }))
const policy = fc.array(rule, { maxLength: 5 }).map((rules): Policy => ({ name: 'p', text: '', rules }))
const policies = fc.array(policy, { maxLength: 4 })
const data = fc.dictionary(fc.constantFrom('p', 'q', 'r'), fc.constantFrom('1', '2', 'xyz'), { noNullPrototype: true })

const RUNS = { numRuns: 3000 }

test('the order of policies, and of rules in them, does not matter', () => {
  const shuffled = policies.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length }), fc.boolean()),
  )
  fc.assert(
    fc.property(shuffled, operation, requestPath, data, ([given, moved, reverse], asked, path, body) => {
      const other = moved.map((one) => (reverse ? { ...one, rules: one.rules.toReversed() } : one))
      expect(decide(compileAcl(other), asked, path, body)).toEqual(decide(compileAcl(given), asked, path, body))
      expect(capabilities(compileAcl(other), path)).toEqual(capabilities(compileAcl(given), path))
    }),
    RUNS,
  )
})

const ruleFor = (path: string, names: readonly Capability[]): Policy => ({
  name: 'one',
  text: '',
  rules: [
    {
      path,
      capabilities: new Set(names),
      allowedParameters: null,
      deniedParameters: null,
      requiredParameters: [],
      minWrappingTtl: null,
      maxWrappingTtl: null,
    },
  ],
})

test('one more deny never allows more', () => {
  fc.assert(
    fc.property(
      policies,
      operation,
      requestPath,
      data,
      rulePath,
      fc.nat(),
      (given, asked, path, body, anyPath, pick) => {
        const paths = [path, anyPath, ...given.flatMap((one) => one.rules.map((each) => each.path))]
        const denied = paths[pick % paths.length] ?? path
        const decision = decide(compileAcl([...given, ruleFor(denied, ['deny'])]), asked, path, body)
        if (decision.allowed) expect(decide(compileAcl(given), asked, path, body).allowed).toBe(true)
        if (denied === path) expect(decision).toEqual({ allowed: false, sudo: false })
      },
    ),
    RUNS,
  )
})

test('an exact rule decides alone, whatever the rules with wildcards say', () => {
  fc.assert(
    fc.property(policies, granted, operation, requestPath, (given, names, asked, path) => {
      const wildcards = given.map((one) => ({ ...one, rules: one.rules.filter((each) => isWild(each.path)) }))
      expect(decide(compileAcl([...wildcards, ruleFor(path, names)]), asked, path, null)).toEqual({
        allowed: names.some((name) => name === asked),
        sudo: names.includes('sudo'),
      })
    }),
    RUNS,
  )
})

/** The same law written down another way: try every rule, sort those that match, take the first. */
function bestRules(given: readonly Policy[], path: string): readonly PathRule[] {
  const matching = given
    .flatMap((one) => one.rules)
    .map((each) => ({ each, text: each.path.replace(/^\//, '') }))
    .filter(({ text }) => pattern(text).test(path))
  const rank = (text: string): readonly (number | string)[] => {
    if (!isWild(text)) return [0]
    const literal = text.replace(/\*$/, '')
    const plus = isPlus(text) ? literal.indexOf('+') : literal.length
    const pluses = isPlus(text) ? literal.split('/').filter((part) => part === '+').length : 0
    return [1, -plus, text.endsWith('*') ? 1 : 0, pluses, -literal.length]
  }
  const compare = (a: string, b: string): number => {
    const [x, y] = [rank(a), rank(b)]
    for (let i = 0; i < Math.max(x.length, y.length); i++) {
      const [p, q] = [x[i] ?? 0, y[i] ?? 0]
      if (p !== q) return p < q ? -1 : 1
    }
    return a < b ? 1 : a > b ? -1 : 0
  }
  const best = matching.map(({ text }) => text).toSorted(compare)[0]
  return matching.filter(({ text }) => text === best).map(({ each }) => each)
}

const isPlus = (text: string): boolean => text === '+' || text.startsWith('+/') || text.includes('/+')
const isWild = (text: string): boolean => isPlus(text) || text.endsWith('*')
const pattern = (text: string): RegExp => {
  const parts = text.replace(/\*$/, '').split('/')
  const body = parts.map((part) => (part === '+' && isPlus(text) ? '[^/]*' : part)).join('/')
  return new RegExp(`^${body}${text.endsWith('*') ? '.*' : ''}$`)
}

test('capabilities are those of the most specific rules, by the law written down another way', () => {
  fc.assert(
    fc.property(policies, requestPath, (given, path) => {
      const folder = path.endsWith('/') ? path.slice(0, -1) : path
      const exact = (wanted: string): readonly PathRule[] =>
        given
          .flatMap((one) => one.rules)
          .filter((each) => each.path.replace(/^\//, '') === wanted && !isWild(each.path))
      const [first = []] = [exact(path), bestRules(given, folder), bestRules(given, path)].filter(
        (rules) => rules.length > 0,
      )
      const names = new Set(first.flatMap((each) => [...each.capabilities]))
      expect(capabilities(compileAcl(given), path)).toEqual(
        names.has('deny') || names.size === 0 ? ['deny'] : [...names].sort(),
      )
    }),
    { numRuns: 10_000 },
  )
})

/** Rules without conditions on parameters: then capabilities are all there is to a decision. */
const unconditional = policies.map((given) =>
  given.map((one) => ({
    ...one,
    rules: one.rules.map((each) => ({
      ...each,
      allowedParameters: null,
      deniedParameters: null,
      requiredParameters: [],
    })),
  })),
)

/** A folder's own capabilities are those of a list of it: other operations there go by the folder with its slash alone. */
const isJudgedAlike = (asked: AclOperation, path: string): boolean => asked === 'list' || !path.endsWith('/')

test('a decision is what the capabilities of the path say, operation by operation', () => {
  fc.assert(
    fc.property(unconditional, operation, requestPath, data, (given, asked, path, body) => {
      fc.pre(isJudgedAlike(asked, path))
      const acl = compileAcl(given)
      const mayDo = capabilities(acl, path)
      expect(decide(acl, asked, path, body)).toEqual({ allowed: mayDo.includes(asked), sudo: mayDo.includes('sudo') })
    }),
    RUNS,
  )
})

test('conditions on parameters only ever take away', () => {
  fc.assert(
    fc.property(policies, operation, requestPath, data, (given, asked, path, body) => {
      fc.pre(isJudgedAlike(asked, path))
      const acl = compileAcl(given)
      if (decide(acl, asked, path, body).allowed) expect(capabilities(acl, path)).toContain(asked)
    }),
    RUNS,
  )
})

test('nothing is allowed that no rule speaks of, and root may do everything', () => {
  fc.assert(
    fc.property(policies, operation, requestPath, data, (given, asked, path, body) => {
      const speaking = bestRules(given, path).length + bestRules(given, path.replace(/\/$/, '')).length
      if (speaking === 0) expect(decide(compileAcl(given), asked, path, body)).toEqual({ allowed: false, sudo: false })
      const root = compileAcl([...given, { name: 'root', text: '', rules: [] }])
      expect(decide(root, asked, path, body)).toEqual({ allowed: true, sudo: true })
    }),
    RUNS,
  )
})
