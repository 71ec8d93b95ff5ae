import fc from 'fast-check'
import { expect, test } from 'vitest'
import { capabilities, compileAcl, decide } from '../../dist/policy/acl.js'
import {
  BUILT_IN_POLICIES,
  IMMUTABLE_POLICIES,
  NON_ASSIGNABLE_POLICIES,
  normalizePolicyNames,
} from '../../dist/policy/built-in-policies.js'
import type { PolicyEntity } from '../../dist/policy/identity-template.js'
import { isPolicyDefect, parsePolicy } from '../../dist/policy/parse-policy.js'
import type { Policy } from '../../dist/policy/policy.js'

function builtIn(name: string): Policy {
  const found = BUILT_IN_POLICIES.find((policy) => policy.name === name)
  const policy = parsePolicy(name, found?.text ?? '?')
  if (isPolicyDefect(policy)) throw new Error(policy.error)
  return policy
}

const ANN: PolicyEntity = { id: 'e-1', name: 'ann', metadata: {} }

test.each([
  ['auth/token/lookup-self', ['read']],
  ['auth/token/renew-self', ['update']],
  ['auth/token/revoke-self', ['update']],
  ['sys/capabilities-self', ['update']],
  ['sys/internal/ui/resultant-acl', ['read']],
  ['identity/entity/id/e-1', ['read']],
  ['identity/entity/id/e-2', ['deny']],
  ['identity/entity/name/ann', ['read']],
  ['sys/renew', ['update']],
  ['sys/leases/renew', ['update']],
  ['sys/leases/lookup', ['update']],
  ['cubbyhole/y', ['create', 'delete', 'list', 'read', 'update']],
  ['sys/wrapping/wrap', ['update']],
  ['sys/wrapping/lookup', ['update']],
  ['sys/wrapping/unwrap', ['update']],
  ['sys/tools/hash', ['update']],
  ['sys/tools/hash/sha2-256', ['update']],
  ['sys/control-group/request', ['update']],
  ['identity/oidc/provider/p/authorize', ['read', 'update']],
  ['auth/token/create', ['deny']],
  ['sys/internal/ui/mounts', ['deny']],
  ['secret/data/x', ['deny']],
])('the default policy gives %s %j', (path, expected) => {
  expect(capabilities(compileAcl([builtIn('default')], ANN), path)).toEqual(expected)
})

test('without an entity the default policy says nothing of entities', () => {
  expect(capabilities(compileAcl([builtIn('default')]), 'identity/entity/id/')).toEqual(['deny'])
})

test('a wrapping token may unwrap itself and read its response, and no more', () => {
  const acl = compileAcl([builtIn('response-wrapping')])
  expect(capabilities(acl, 'cubbyhole/response')).toEqual(['create', 'read'])
  expect(decide(acl, 'update', 'sys/wrapping/unwrap', null).allowed).toBe(true)
  expect(decide(acl, 'update', 'sys/wrapping/lookup', null).allowed).toBe(false)
})

test('root is known by its name and reads back empty', () => {
  expect(builtIn('root')).toEqual({ name: 'root', text: '', rules: [] })
  expect(compileAcl([builtIn('root')]).isRoot).toBe(true)
})

test('every built-in policy but default is immutable, and every one of these but root cannot be assigned', () => {
  const names = BUILT_IN_POLICIES.map((policy) => policy.name)
  expect(new Set(names.filter((name) => name !== 'default'))).toEqual(IMMUTABLE_POLICIES)
  expect(new Set([...IMMUTABLE_POLICIES].filter((name) => name !== 'root'))).toEqual(NON_ASSIGNABLE_POLICIES)
})

test('names are trimmed, in lower case, sorted and each there once', () => {
  expect(normalizePolicyNames([' Web ', 'app', 'WEB', ''], false)).toEqual(['app', 'web'])
  expect(normalizePolicyNames(['web', 'app'], true)).toEqual(['app', 'default', 'web'])
  expect(normalizePolicyNames([], true)).toEqual(['default'])
  expect(normalizePolicyNames([], false)).toEqual([])
})

test('root swallows all other names', () => {
  expect(normalizePolicyNames(['web', ' ROOT '], true)).toEqual(['root'])
})

test('normalizing twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.boolean(), (names, addDefault) => {
      const once = normalizePolicyNames(names, addDefault)
      expect(normalizePolicyNames(once, addDefault)).toEqual(once)
    }),
  )
})
