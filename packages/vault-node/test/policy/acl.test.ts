import { describe, expect, test } from 'vitest'
import { seconds, type JsonObject } from '@fourtwelve/protocol'
import { capabilities, compileAcl, decide, type Acl, type AclOperation } from '../../dist/policy/acl.js'
import type { PolicyEntity } from '../../dist/policy/identity-template.js'
import { isPolicyDefect, parsePolicy } from '../../dist/policy/parse-policy.js'

function aclOf(texts: readonly string[], entity: PolicyEntity | null = null): Acl {
  const policies = texts.map((text, i) => {
    const policy = parsePolicy(`p${i}`, text)
    if (isPolicyDefect(policy)) throw new Error(policy.error)
    return policy
  })
  return compileAcl(policies, entity)
}

const rule = (path: string, ...held: readonly string[]): string =>
  `path ${JSON.stringify(path)} { capabilities = ${JSON.stringify(held)} }\n`

const allows = (acl: Acl, operation: AclOperation, path: string, data: JsonObject | null = null): boolean =>
  decide(acl, operation, path, data).allowed

describe('which rule counts', () => {
  test('a rule without wildcards is for its path alone', () => {
    const acl = aclOf([rule('secret/a', 'read')])
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
    expect(allows(acl, 'read', 'secret/ab')).toBe(false)
    expect(allows(acl, 'read', 'secret/a/')).toBe(false)
    expect(allows(acl, 'read', 'secret')).toBe(false)
  })

  test('a star at the end is any rest, also none, and a star elsewhere is a star', () => {
    const acl = aclOf([rule('secret/a*', 'read'), rule('a*/b', 'read')])
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
    expect(allows(acl, 'read', 'secret/abc/d')).toBe(true)
    expect(allows(acl, 'read', 'secret/b')).toBe(false)
    expect(allows(acl, 'read', 'ax/b')).toBe(false)
    expect(allows(acl, 'read', 'a*/b')).toBe(true)
  })

  test('a plus is exactly one segment', () => {
    const acl = aclOf([rule('secret/+/conf', 'read'), rule('team/+/x*', 'read')])
    expect(allows(acl, 'read', 'secret/a/conf')).toBe(true)
    expect(allows(acl, 'read', 'secret/conf')).toBe(false)
    expect(allows(acl, 'read', 'secret/a/b/conf')).toBe(false)
    expect(allows(acl, 'read', 'secret/a/conf/x')).toBe(false)
    expect(allows(acl, 'read', 'team/a/xyz/deep')).toBe(true)
    expect(allows(acl, 'read', 'team/a/y')).toBe(false)
    expect(allows(acl, 'read', 'team/x')).toBe(false)
  })

  test('a plus beside other characters is a plus', () => {
    const acl = aclOf([rule('a/+b', 'read'), rule('c+', 'read')])
    expect(allows(acl, 'read', 'a/xb')).toBe(false)
    expect(allows(acl, 'read', 'a/+b')).toBe(true)
    expect(allows(acl, 'read', 'cx')).toBe(false)
    expect(allows(acl, 'read', 'c+')).toBe(true)
  })

  test('slashes in front count neither in rules nor in requests', () => {
    const acl = aclOf([rule('/secret/a', 'read')])
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
    expect(allows(acl, 'read', '//secret/a')).toBe(true)
  })

  test('an exact rule beats all others, whatever they say', () => {
    const acl = aclOf([rule('secret/*', 'deny'), rule('+/a', 'deny'), rule('secret/a', 'read')])
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
    expect(allows(acl, 'read', 'secret/b')).toBe(false)
  })

  test.each([
    ['a later first wildcard', 'a/b/+/d', 'a/+/c/d'],
    ['a later first wildcard, of another kind', 'a/b*', 'a/+/c/d'],
    ['no star at the end', 'a/+/c/d', 'a/+/c/*'],
    ['no star at the end, at the same place', 'a/b/c/+', 'a/b/c/*'],
    ['fewer segments with a plus', 'a/+/c/d', 'a/+/+/d'],
    ['a longer rule', 'a/+/c/d*', 'a/+/c/*'],
    ['no plus, among rules with a star at the same place', 'a/*', 'a/+/c/*'],
    ['a longer start', 'a/b/*', 'a/*'],
  ])('%s wins: %s over %s', (_, winner, loser) => {
    for (const texts of [
      [rule(winner, 'read'), rule(loser, 'deny')],
      [rule(loser, 'deny'), rule(winner, 'read')],
    ]) {
      expect(allows(aclOf(texts), 'read', 'a/b/c/d')).toBe(true)
    }
    expect(allows(aclOf([rule(winner, 'deny'), rule(loser, 'read')]), 'read', 'a/b/c/d')).toBe(false)
  })

  test('of two rules that are alike otherwise, the greater text wins', () => {
    const acl = aclOf([rule('+/b/+/d', 'read'), rule('+/+/c/d', 'deny')])
    expect(allows(acl, 'read', 'a/b/c/d')).toBe(true)
  })

  test('a plus that is no whole segment counts as a first wildcard all the same, as in Vault', () => {
    const acl = aclOf([rule('x+y/+', 'read'), rule('x+y*', 'deny')])
    expect(allows(acl, 'read', 'x+y/a')).toBe(false)
  })

  test('only the best rule counts: there is no falling through to one that would allow', () => {
    const acl = aclOf([rule('secret/*', 'read', 'update'), rule('secret/app/*', 'read')])
    expect(allows(acl, 'update', 'secret/x')).toBe(true)
    expect(allows(acl, 'update', 'secret/app/x')).toBe(false)
  })

  test('a rule without capabilities hides a wider one', () => {
    const acl = aclOf([rule('secret/*', 'read'), rule('secret/app')])
    expect(allows(acl, 'read', 'secret/app')).toBe(false)
    expect(capabilities(acl, 'secret/app')).toEqual(['deny'])
  })

  test('where no rule matches nothing is allowed', () => {
    expect(decide(aclOf([]), 'read', 'x', null)).toEqual({ allowed: false, sudo: false })
    expect(decide(aclOf([]), 'read', '', null)).toEqual({ allowed: false, sudo: false })
  })
})

describe('lists', () => {
  test('a list is allowed by the exact rule with or without the slash', () => {
    expect(allows(aclOf([rule('secret/a', 'list')]), 'list', 'secret/a/')).toBe(true)
    expect(allows(aclOf([rule('secret/a/', 'list')]), 'list', 'secret/a/')).toBe(true)
    expect(allows(aclOf([rule('secret/a/', 'list')]), 'list', 'secret/a')).toBe(false)
    expect(allows(aclOf([rule('secret/a', 'read')]), 'read', 'secret/a/')).toBe(false)
  })

  test('a wildcard rule is tried on the path without its slash first', () => {
    expect(allows(aclOf([rule('secret/+', 'list')]), 'list', 'secret/a/')).toBe(true)
    expect(allows(aclOf([rule('secret/a/*', 'list')]), 'list', 'secret/a/')).toBe(true)
  })

  test('so a wider rule answers for a folder although a narrower one is for what is inside', () => {
    const acl = aclOf([rule('secret/*', 'list'), rule('secret/a/*', 'deny')])
    expect(allows(acl, 'list', 'secret/a/')).toBe(true)
    expect(allows(acl, 'list', 'secret/a/b/')).toBe(false)
  })
})

describe('capabilities', () => {
  test.each(['read', 'list', 'create', 'update', 'delete', 'patch'] as const)(
    '%s needs the capability of its name',
    (operation) => {
      const others = ['read', 'list', 'create', 'update', 'delete', 'patch', 'sudo'].filter(
        (name) => name !== operation,
      )
      expect(allows(aclOf([rule('a', operation)]), operation, 'a')).toBe(true)
      expect(allows(aclOf([rule('a', ...others)]), operation, 'a')).toBe(false)
    },
  )

  test('sudo is told apart from what is allowed', () => {
    const acl = aclOf([rule('a', 'read', 'sudo')])
    expect(decide(acl, 'read', 'a', null)).toEqual({ allowed: true, sudo: true })
    expect(decide(acl, 'update', 'a', null)).toEqual({ allowed: false, sudo: true })
  })

  test('root allows everything, with sudo', () => {
    const acl = compileAcl([{ name: 'root', text: '', rules: [] }])
    expect(decide(acl, 'delete', 'sys/anything', { x: 1 })).toEqual({ allowed: true, sudo: true })
    expect(capabilities(acl, 'anything/at/all')).toEqual(['root'])
  })

  test('capabilities are told sorted, with deny for nothing', () => {
    const acl = aclOf([rule('a', 'update', 'read', 'sudo', 'list'), rule('b', 'deny')])
    expect(capabilities(acl, 'a')).toEqual(['list', 'read', 'sudo', 'update'])
    expect(capabilities(acl, 'b')).toEqual(['deny'])
    expect(capabilities(acl, 'c')).toEqual(['deny'])
  })

  test('capabilities of a folder are those that a list of it would have', () => {
    expect(capabilities(aclOf([rule('secret/a', 'list')]), 'secret/a/')).toEqual(['list'])
  })
})

describe('several rules for one path', () => {
  test('capabilities add up, also with wildcards', () => {
    const acl = aclOf([
      rule('a', 'read') + rule('a', 'list') + rule('b/*', 'read') + rule('+/c', 'read'),
      rule('b/*', 'update') + rule('/+/c', 'update'),
    ])
    expect(capabilities(acl, 'a')).toEqual(['list', 'read'])
    expect(capabilities(acl, 'b/x')).toEqual(['read', 'update'])
    expect(capabilities(acl, 'z/c')).toEqual(['read', 'update'])
  })

  test('deny wins, whichever comes first', () => {
    expect(capabilities(aclOf([rule('a', 'deny'), rule('a', 'read')]), 'a')).toEqual(['deny'])
    expect(capabilities(aclOf([rule('a', 'read', 'sudo'), rule('a', 'deny')]), 'a')).toEqual(['deny'])
    expect(decide(aclOf([rule('a', 'read', 'sudo'), rule('a', 'deny')]), 'read', 'a', null).sudo).toBe(false)
  })

  test('values of parameters add up, and any value stays any value', () => {
    const one = 'path "a" { capabilities = ["update"] allowed_parameters = { x = ["1"], y = [] } }'
    const two = 'path "a" { capabilities = ["update"] allowed_parameters = { x = ["2"], y = ["1"] } }'
    const acl = aclOf([one, two])
    expect(allows(acl, 'update', 'a', { x: '1' })).toBe(true)
    expect(allows(acl, 'update', 'a', { x: '2', y: 'anything' })).toBe(true)
    expect(allows(acl, 'update', 'a', { x: '3' })).toBe(false)
  })

  test('a rule with conditions restricts one without', () => {
    const acl = aclOf([rule('a', 'update'), 'path "a" { allowed_parameters = { x = [] } required_parameters = ["x"] }'])
    expect(allows(acl, 'update', 'a', { x: 1 })).toBe(true)
    expect(allows(acl, 'update', 'a', { y: 1 })).toBe(false)
    expect(allows(acl, 'update', 'a')).toBe(false)
  })
})

describe('parameters', () => {
  const aclWith = (conditions: string): Acl =>
    aclOf([`path "a" { capabilities = ["update", "read", "delete", "list"] ${conditions} }`])

  test('denied parameters are refused, with any value or with the listed ones', () => {
    const acl = aclWith('denied_parameters = { any = [], some = ["x", "pre*", "*post", "*mid*"] }')
    expect(allows(acl, 'update', 'a', { other: 1 })).toBe(true)
    expect(allows(acl, 'update', 'a', { any: 1 })).toBe(false)
    expect(allows(acl, 'update', 'a', { ANY: 1 })).toBe(false)
    for (const value of ['x', 'prefix', 'the post', 'a mid b'])
      expect(allows(acl, 'update', 'a', { some: value })).toBe(false)
    for (const value of ['xy', 'a pre', 'poster', 'm']) expect(allows(acl, 'update', 'a', { some: value })).toBe(true)
  })

  test('a denied star refuses all parameters', () => {
    const acl = aclWith('denied_parameters = { "*" = [] }')
    expect(allows(acl, 'update', 'a', { x: 1 })).toBe(false)
    expect(allows(acl, 'update', 'a', {})).toBe(true)
    expect(allows(acl, 'update', 'a', null)).toBe(true)
  })

  test('with allowed parameters no other may be given, unless a star is among them', () => {
    const listed = aclWith('allowed_parameters = { x = ["1"] }')
    expect(allows(listed, 'update', 'a', { X: '1' })).toBe(true)
    expect(allows(listed, 'update', 'a', { x: '2' })).toBe(false)
    expect(allows(listed, 'update', 'a', { x: '1', y: '1' })).toBe(false)
    const open = aclWith('allowed_parameters = { x = ["1"], "*" = [] }')
    expect(allows(open, 'update', 'a', { x: '1', y: '1' })).toBe(true)
    expect(allows(open, 'update', 'a', { x: '2' })).toBe(false)
    const empty = aclWith('allowed_parameters = {}')
    expect(allows(empty, 'update', 'a', { x: '2' })).toBe(true)
  })

  test('denied counts more than allowed', () => {
    const acl = aclWith('allowed_parameters = { x = [] } denied_parameters = { x = ["bad"] }')
    expect(allows(acl, 'update', 'a', { x: 'good' })).toBe(true)
    expect(allows(acl, 'update', 'a', { x: 'bad' })).toBe(false)
  })

  test('required parameters must be there, in lower case', () => {
    const acl = aclWith('required_parameters = ["Ttl", "x"]')
    expect(allows(acl, 'update', 'a', { ttl: null, x: '' })).toBe(true)
    expect(allows(acl, 'update', 'a', { Ttl: '1h', x: '' })).toBe(false)
    expect(allows(acl, 'update', 'a', { ttl: '1h' })).toBe(false)
    expect(allows(acl, 'update', 'a', null)).toBe(false)
  })

  test('a list is one value, and maps and booleans are compared as a whole', () => {
    const acl = aclWith('allowed_parameters = { x = [["a", "b"], { k = "v" }, true] }')
    for (const x of [['a', 'b'], { k: 'v' }, true]) expect(allows(acl, 'update', 'a', { x })).toBe(true)
    for (const x of [['a'], ['b', 'a'], 'a', { k: 'w' }, { k: 'v', l: 1 }, {}, false, null, 'true']) {
      expect(allows(acl, 'update', 'a', { x })).toBe(false)
    }
  })

  test('a number in a policy never equals a number in a request, as in Vault', () => {
    expect(allows(aclWith('allowed_parameters = { n = [1] }'), 'update', 'a', { n: 1 })).toBe(false)
    expect(allows(aclWith('allowed_parameters = { n = [[1]] }'), 'update', 'a', { n: [1] })).toBe(false)
    expect(allows(aclWith('denied_parameters = { n = [1] }'), 'update', 'a', { n: 1 })).toBe(true)
    expect(allows(aclWith('allowed_parameters = { n = [] }'), 'update', 'a', { n: 1 })).toBe(true)
  })

  test('reads are judged by their parameters, lists and deletes are not', () => {
    const acl = aclWith('allowed_parameters = { version = ["1"] } required_parameters = ["version"]')
    expect(allows(acl, 'read', 'a', { version: '1' })).toBe(true)
    expect(allows(acl, 'read', 'a', { version: '2' })).toBe(false)
    expect(allows(acl, 'list', 'a', { other: '2' })).toBe(true)
    expect(allows(acl, 'delete', 'a', { other: '2' })).toBe(true)
  })

  test('parameters with names of built-in properties are parameters like others', () => {
    const acl = aclWith('required_parameters = ["constructor"]')
    expect(allows(acl, 'update', 'a', { x: 1 })).toBe(false)
    expect(allows(acl, 'update', 'a', { constructor: 1 })).toBe(true)
  })
})

describe('wrapping limits', () => {
  test('with a limit the request must be wrapped, within the limit', () => {
    const acl = aclOf(['path "a" { capabilities = ["read"] min_wrapping_ttl = 60 max_wrapping_ttl = 120 }'])
    const wrapped = (ttl: number | null): boolean =>
      decide(acl, 'read', 'a', null, ttl === null ? null : seconds(ttl)).allowed
    expect([null, 59, 60, 120, 121].map(wrapped)).toEqual([false, false, true, true, false])
  })

  test('of two limits the shorter counts', () => {
    const acl = aclOf([
      'path "a" { capabilities = ["read"] min_wrapping_ttl = 60 max_wrapping_ttl = 120 }',
      'path "a" { min_wrapping_ttl = 30 max_wrapping_ttl = 90 }',
    ])
    const wrapped = (ttl: number): boolean => decide(acl, 'read', 'a', null, seconds(ttl)).allowed
    expect([29, 30, 90, 91].map(wrapped)).toEqual([false, true, true, false])
  })
})

describe('templates', () => {
  const ANN: PolicyEntity = {
    id: 'e-1',
    name: 'ann',
    metadata: { team: 'red', none: '' },
    aliases: [{ accessor: 'auth_userpass_1', id: 'a-1', name: 'ann@up', metadata: { org: 'x' } }],
  }

  test.each([
    ['{{identity.entity.id}}', 'e-1'],
    ['{{ identity.entity.name }}', 'ann'],
    ['{{identity.entity.metadata.team}}', 'red'],
    ['{{identity.entity.aliases.auth_userpass_1.id}}', 'a-1'],
    ['{{identity.entity.aliases.auth_userpass_1.name}}', 'ann@up'],
    ['{{identity.entity.aliases.auth_userpass_1.metadata.org}}', 'x'],
    ['{{identity.entity.name}}/{{identity.entity.id}}', 'ann/e-1'],
  ])('%s becomes %s', (template, value) => {
    const acl = aclOf([rule(`secret/${template}/*`, 'read')], ANN)
    expect(allows(acl, 'read', `secret/${value}/x`)).toBe(true)
    expect(allows(acl, 'read', 'secret/other/x')).toBe(false)
  })

  test.each([
    '{{identity.entity.metadata.missing}}',
    '{{identity.entity.metadata.constructor}}',
    '{{identity.entity.metadata}}',
    '{{identity.entity.aliases.auth_other_1.id}}',
    '{{identity.entity.aliases.auth_userpass_1}}',
    '{{identity.groups.names.g.id}}',
    '{{nonsense}}',
  ])('a rule with %s is dropped, and the other rules stay', (template) => {
    const acl = aclOf([rule(`secret/${template}*`, 'read') + rule('secret/a', 'read')], ANN)
    expect(allows(acl, 'read', 'secret/')).toBe(false)
    expect(allows(acl, 'read', `secret/${template}`)).toBe(false)
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
  })

  test('without an entity a rule with a template is dropped', () => {
    const acl = aclOf([rule('secret/{{identity.entity.id}}*', 'read') + rule('secret/a', 'read')])
    expect(allows(acl, 'read', 'secret/x')).toBe(false)
    expect(allows(acl, 'read', 'secret/a')).toBe(true)
  })

  test('rules that become the same path are joined', () => {
    const acl = aclOf(
      [rule('secret/{{identity.entity.id}}', 'read'), rule('secret/{{identity.entity.name}}', 'update')],
      {
        ...ANN,
        id: 'same',
        name: 'same',
      },
    )
    expect(capabilities(acl, 'secret/same')).toEqual(['read', 'update'])
  })

  test('a value that makes a forbidden wildcard leaves nothing allowed', () => {
    const acl = aclOf([rule('secret/a', 'read') + rule('x/{{identity.entity.name}}*', 'read')], { ...ANN, name: '+' })
    expect(allows(acl, 'read', 'secret/a')).toBe(false)
  })
})
