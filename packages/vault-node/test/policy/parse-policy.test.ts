import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seconds } from '@fourtwelve/protocol'
import { decodePolicyText, isPolicyDefect, MAX_POLICY_LENGTH, parsePolicy } from '../../dist/policy/parse-policy.js'
import type { Policy } from '../../dist/policy/policy.js'

function parsed(text: string): Policy {
  const policy = parsePolicy('p', text)
  if (isPolicyDefect(policy)) throw new Error(policy.error)
  return policy
}

const capabilitiesOf = (text: string): readonly (readonly string[])[] =>
  parsed(text).rules.map((rule) => [...rule.capabilities].sort())

function defect(text: string): string {
  const policy = parsePolicy('p', text)
  if (!isPolicyDefect(policy)) throw new Error(`parsed: ${text}`)
  return policy.error
}

describe('what a policy may say', () => {
  test('a policy keeps its name and text, and its rules in order', () => {
    const text = 'path "a" { capabilities = ["read"] }\npath "/b/*" { capabilities = ["update", "list"] }'
    const policy = parsed(text)
    expect(policy).toMatchObject({ name: 'p', text })
    expect(policy.rules.map((rule) => rule.path)).toEqual(['a', '/b/*'])
    expect(capabilitiesOf(text)).toEqual([['read'], ['list', 'update']])
  })

  test('a name inside the text is ignored', () => {
    expect(parsed('name = "dev"').name).toBe('p')
  })

  test('an empty text is a policy without rules', () => {
    expect(parsed('').rules).toEqual([])
  })

  test.each([
    ['read', ['list', 'read']],
    ['write', ['create', 'delete', 'list', 'read', 'update']],
    ['sudo', ['create', 'delete', 'list', 'read', 'sudo', 'update']],
    ['deny', ['deny']],
  ])('the old policy %s means %j', (old, capabilities) => {
    expect(capabilitiesOf(`path "a" { policy = "${old}" }`)).toEqual([capabilities])
  })

  test('an old policy adds to the capabilities beside it', () => {
    expect(capabilitiesOf('path "a" { policy = "read" capabilities = ["patch"] }')).toEqual([['list', 'patch', 'read']])
  })

  test('deny clears the other capabilities and the parameters of its stanza', () => {
    const [rule] = parsed('path "a" { capabilities = ["read", "deny"] allowed_parameters = { x = [] } }').rules
    expect([...(rule?.capabilities ?? [])]).toEqual(['deny'])
    expect(rule?.allowedParameters).toBeNull()
  })

  test('fields given twice add up', () => {
    const [rule] = parsed(`path "a" {
      capabilities = ["read"]
      capabilities = ["list"]
      allowed_parameters = { x = ["1"] }
      allowed_parameters = { x = ["2"], y = [] }
    }`).rules
    expect([...(rule?.capabilities ?? [])]).toEqual(['read', 'list'])
    expect(Object.fromEntries(rule?.allowedParameters ?? [])).toEqual({ x: ['1', '2'], y: [] })
  })

  test('names of parameters are kept in lower case, with values of any kind', () => {
    const [rule] = parsed(`path "a" {
      allowed_parameters = { "Map" = [{ "good" = "one" }], int = [1, 0x10, 010, -5], other = [1.5, true, ["a", "b"]] }
      denied_parameters { Secret = [] }
      required_parameters = ["Ttl"]
    }`).rules
    expect(Object.fromEntries(rule?.allowedParameters ?? [])).toEqual({
      map: [{ good: 'one' }],
      int: [1, 16, 8, -5],
      other: [1.5, true, ['a', 'b']],
    })
    expect(Object.fromEntries(rule?.deniedParameters ?? [])).toEqual({ secret: [] })
    expect(rule?.requiredParameters).toEqual(['Ttl'])
  })

  test('wrapping limits are seconds or durations, and zero is none', () => {
    const limits = (fields: string): unknown => {
      const [rule] = parsed(`path "a" { capabilities = ["read"] ${fields} }`).rules
      return [rule?.minWrappingTtl, rule?.maxWrappingTtl]
    }
    expect(limits('min_wrapping_ttl = 300 max_wrapping_ttl = "1h"')).toEqual([seconds(300), seconds(3600)])
    expect(limits('min_wrapping_ttl = "300" max_wrapping_ttl = "1d"')).toEqual([seconds(300), seconds(86_400)])
    expect(limits('min_wrapping_ttl = 0 max_wrapping_ttl = ""')).toEqual([null, null])
    expect(limits('')).toEqual([null, null])
  })

  test('keys that the rest of Vault reads are let through', () => {
    const text =
      'path "a" { capabilities = ["subscribe"] comment = "c" mfa_methods = ["m"] subscribe_event_types = ["*"] }'
    expect(capabilitiesOf(text)).toEqual([['subscribe']])
  })
})

describe('how a policy may be written', () => {
  test('comments of three kinds may stand anywhere', () => {
    expect(
      capabilitiesOf(`# one
      path /* two */ "a" { // three
        # four
        capabilities = [ # five
          "read", // six
          /* seven
             lines */ "list"
        ]
      }`),
    ).toEqual([['list', 'read']])
  })

  test('lines may end as on Windows, lists in a comma, and fields be parted by commas', () => {
    expect(
      capabilitiesOf('path "a" {\r\n  capabilities = ["read",\r\n "list",\r\n],\r\n comment = "x",\r\n}\r\n'),
    ).toEqual([['list', 'read']])
  })

  test('escapes in a path are undone, and what stands in ${ } is left alone', () => {
    expect(parsed('path "a\\t\\x41\\u00e9\\101\\"" {}').rules[0]?.path).toBe('a\tAéA"')
    expect(parsed('path "a/${b "c" {d} }/e" {}').rules[0]?.path).toBe('a/${b "c" {d} }/e')
  })

  test('a heredoc is a string; with a dash its indent is taken off', () => {
    const values = (heredoc: string): unknown =>
      parsed(`path "a" { required_parameters = [${heredoc}] }`).rules[0]?.requiredParameters
    expect(values('<<EOT\none\n  two\nEOT\n')).toEqual(['one\n  two\n'])
    expect(values('<<-EOT\n    one\n      two\n    EOT\n')).toEqual(['one\n  two\n'])
    expect(values('<<-EOT\n one\n  EOT\n')).toEqual([' one\n'])
  })

  test('a block without a name is a rule for the path "path", as in Vault', () => {
    expect(parsed('path { capabilities = ["read"] }').rules[0]?.path).toBe('path')
  })

  test('JSON says the same as HCL', () => {
    const json = JSON.stringify({
      path: {
        'secret/*': { capabilities: ['read', 'list'], allowed_parameters: { x: ['1', { a: 'b' }] } },
        'sys/*': { policy: 'deny' },
      },
    })
    const hcl = `path "secret/*" { capabilities = ["read", "list"] allowed_parameters = { x = ["1", { a = "b" }] } }
      path "sys/*" { policy = "deny" }`
    expect(parsed(json).rules).toEqual(parsed(hcl).rules)
    expect(parsed(` \n${json}`).rules).toEqual(parsed(hcl).rules)
  })

  test('JSON may list path objects, and may lack its last brace', () => {
    expect(
      parsed('{"path": [{"a": {"policy": "read"}}, {"b": {"policy": "read"}}]').rules.map(({ path }) => path),
    ).toEqual(['a', 'b'])
  })

  test('base64 is decoded, and anything else is the text itself', () => {
    expect(decodePolicyText('cGF0aCAiYSIge30=')).toBe('path "a" {}')
    expect(decodePolicyText('cGF0aCAi\nYSIge30=\n')).toBe('path "a" {}')
    expect(decodePolicyText('path "a" {}')).toBe('path "a" {}')
    expect(decodePolicyText('path')).toBe('path')
  })
})

describe('what is wrong with a policy', () => {
  test.each([
    ['path "ab/*" { ', 'At 1:16: object expected closing RBRACE got: EOF'],
    ['path "secret/*" { capabilities = ["bogus"] }', 'path "secret/*": invalid capability "bogus"'],
    ['path "secret/*" { caps = ["read"] }', '1 error occurred:\n\t* path "secret/*": invalid key "caps" on line 1\n\n'],
    ['foo "x" {}', '1 error occurred:\n\t* invalid key "foo" on line 0\n\n'],
    ['a = 1\nb = 2', '2 errors occurred:\n\t* invalid key "a" on line 1\n\t* invalid key "b" on line 2\n\n'],
    ['path "/foo/+*" { capabilities = ["read"] }', `path "foo/+*": invalid use of wildcards ('+*' is forbidden)`],
    ['path "/" { policy = "banana" }', 'path "/": invalid policy "banana"'],
    ['path "a" { capabilities = ["recover"] }', 'path "a": invalid capability "recover"'],
    [
      'path "a" { min_wrapping_ttl = 400 max_wrapping_ttl = 200 }',
      'max_wrapping_ttl cannot be less than min_wrapping_ttl',
    ],
    ['path "{{x" {}', 'failed to validate policy templating: unbalanced templating characters'],
  ])('%j is refused', (text, error) => {
    expect(defect(text)).toBe(`failed to parse policy: ${error}`)
  })

  test('capabilities after a deny are not looked at', () => {
    expect(capabilitiesOf('path "a" { capabilities = ["deny", "bogus"] }')).toEqual([['deny']])
  })

  test('nesting without end and texts without end are refused at once', () => {
    expect(defect(`x = ${'['.repeat(100_000)}`)).toContain('nesting deeper than 100 levels')
    expect(defect(`x ${'{ x '.repeat(100_000)}`)).toContain('nesting deeper than 100 levels')
    expect(defect('{"a":'.repeat(100_000))).toBe('failed to parse policy: nesting deeper than 100 levels')
    expect(defect(' '.repeat(MAX_POLICY_LENGTH + 1))).toContain('longer than')
  })
})

const WORDS =
  'path capabilities policy allowed_parameters required_parameters min_wrapping_ttl name true "a/*" "+*" "{{x}}" "{{x" "read" "deny" ' +
  '"un "\\x4" "${a" { } [ ] = , : # // /* */ / <<E\n <<-E\n E\n 1 - 0x 08 1e .5 é \n \0 \ud800'

describe('any text', () => {
  test('gives a policy or an error, and never throws', () => {
    const soup = fc.array(fc.constantFrom(' ', ...WORDS.split(' ')), { maxLength: 40 }).map((words) => words.join(''))
    const texts = fc.oneof(
      soup,
      soup.map((text) => `{${text}`),
      fc.string({ unit: 'binary' }),
      fc.json(),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const policy = parsePolicy('p', text)
        if (isPolicyDefect(policy)) expect(policy.error).toMatch(/^failed to parse policy: ./)
        else expect(policy.text).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  test('a policy that was written from rules reads back as those rules', () => {
    const path = fc.stringMatching(/^[a-z]{1,6}(\/[a-z+]{1,6}){0,3}[*]?$/).filter((text) => !text.includes('+*'))
    const capability = fc.constantFrom('create', 'read', 'update', 'delete', 'list', 'patch', 'sudo')
    const stanza = fc.record({
      path,
      capabilities: fc.uniqueArray(capability),
      parameters: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.array(fc.string())),
    })
    fc.assert(
      fc.property(fc.array(stanza), (stanzas) => {
        const text = stanzas
          .map(
            ({ path: name, capabilities, parameters }) =>
              `path ${JSON.stringify(name)} { capabilities = ${JSON.stringify(capabilities)}
               allowed_parameters = { ${Object.entries(parameters)
                 .map(([key, values]) => `${key} = [${values.map((value) => hclString(value)).join(', ')}]`)
                 .join('\n')} } }`,
          )
          .join('\n')
        expect(
          parsed(text).rules.map((rule) => ({
            path: rule.path,
            capabilities: [...rule.capabilities],
            parameters: Object.fromEntries(rule.allowedParameters ?? []),
          })),
        ).toEqual(stanzas.map((one) => ({ ...one, parameters: { ...one.parameters } })))
      }),
    )
  })
})

/** Every character as an escape, so that nothing of it is read as syntax. */
const hclString = (text: string): string =>
  `"${Array.from(text, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`).join('')}"`
