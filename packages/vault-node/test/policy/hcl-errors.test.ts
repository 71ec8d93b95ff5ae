/**
 * What HashiCorp's HCL library, version 1.0.1-vault-5, answered to each of these texts, followed by the checks that Vault makes
 * (the texts were played to it once; an empty error means that the text passed).
 */

import { expect, test } from 'vitest'
import { parsePolicy } from '../../dist/policy/parse-policy.js'

const HCL: readonly (readonly [text: string, error: string])[] = [
  ['path "secret/*" {', 'At 1:19: object expected closing RBRACE got: EOF'],
  ['path "a"', `At 1:9: key 'path "a"' expected start of object ('{') or assignment ('=')`],
  ['path', "At 1:6: key 'path' expected start of object ('{') or assignment ('=')"],
  ['path "a" { capabilities = ["read"]', 'At 1:36: object expected closing RBRACE got: EOF'],
  [
    'path "a" { capabilities = ["read" "list"] }',
    'At 1:35: error parsing list, expected comma or list end, got: STRING',
  ],
  ['path "a" { capabilities = [read] }', 'At 1:28: unexpected token while parsing list: IDENT'],
  ['path "a" { capabilities = read }', 'At 1:27: Unknown token: 1:27 IDENT read'],
  ['path "a" { capabilities = "read" }', 'path "a": At 1:27: unknown slice type: *ast.LiteralType'],
  [
    'path "a" { capabilities = [true] }',
    'path "a": At 1:28: root.Capabilities[0]: unknown type for string *ast.LiteralType',
  ],
  ['path "a" { policy = ["read"] }', 'path "a": At 1:21: root.Policy: unknown type for string *ast.ListType'],
  ['path "a" { policy = true }', 'path "a": At 1:21: root.Policy: unknown type for string *ast.LiteralType'],
  ['path "a" "b" = {}', 'At 1:14: nested object expected: LBRACE got: ASSIGN'],
  ['= 1', 'At 1:1: no object keys found!'],
  ['{}', ''],
  ['}', 'At 1:1: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACE'],
  ['path "a" { } }', 'At 1:14: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACE'],
  ['path "a" { ] }', 'At 1:12: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACK'],
  ['path "a', 'At 1:8: literal not terminated'],
  ['path "a\n" {}', 'At 2:5: literal not terminated'],
  ['path "a\\q" {}', 'At 1:9: illegal char escape'],
  ['path "a" { /* open', 'At 1:19: comment not terminated'],
  ['path "a" { / }', "At 1:12: expected '/' for comment"],
  ['path "a" { @ }', 'At 1:12: illegal char'],
  [
    'path "a" {\n  capabilities = ["read"],\n}\nfoo bar',
    "At 4:9: key 'foo bar' expected start of object ('{') or assignment ('=')",
  ],
  ['x = <<EOT\nhi', 'At 2:3: heredoc not terminated'],
  ['x = <<EOT hi\n', 'At 1:10: invalid characters in heredoc anchor'],
  ['x = <EOT', "At 1:6: heredoc expected second '<', didn't see it"],
  ['x = <<\n\n', 'At 1:7: zero-length heredoc anchor'],
  ['path "a" { b { c {} } }', '1 error occurred:\n\t* path "a": invalid key "b" on line 0\n\n'],
  ['path = "a"', 'path "path": cannot check HCL keys of type *ast.LiteralType'],
  ['path = ["a"]', 'path "path": cannot check HCL keys of type *ast.ListType'],
  ['caps = 1\npath "a" {\n  foo = 1\n}', '1 error occurred:\n\t* invalid key "caps" on line 1\n\n'],
  ['foo "x" {}', '1 error occurred:\n\t* invalid key "foo" on line 0\n\n'],
  ['name = ["x"]', 'At 1:8: root.name: unknown type for string *ast.ListType'],
  ['name {}', 'At -: root.name: unknown type for string *ast.ObjectList'],
  [
    'path "a" {\n  foo = 1\n  capabilities = ["read"]\n  bar "x" {}\n}',
    '2 errors occurred:\n\t* path "a": invalid key "foo" on line 2\n\t* path "a": invalid key "bar" on line 0\n\n',
  ],
  [
    'path "a" { allowed_parameters = ["x"] }',
    'path "a": At 1:33: root.allowed_parameters: not an object type for map (*ast.ListType)',
  ],
  ['path "a" { allowed_parameters = { x = 1 } }', 'path "a": At 1:39: unknown slice type: *ast.LiteralType'],
  ['path "a" { required_parameters = "x" }', 'path "a": At 1:34: unknown slice type: *ast.LiteralType'],
  ['path "a" { min_wrapping_ttl = [] }', 'error parsing min_wrapping_ttl: could not parse duration from input'],
  ['path "a" { min_wrapping_ttl = "soon" }', 'error parsing min_wrapping_ttl: time: invalid duration "soon"'],
  ['path "a" { min_wrapping_ttl = true }', 'error parsing min_wrapping_ttl: could not parse duration from input'],
  [
    'path "a" { max_wrapping_ttl = 99999999999999999999 }',
    'path "a": strconv.ParseInt: parsing "99999999999999999999": value out of range',
  ],
  ['path "a" { max_wrapping_ttl = 08 }', 'path "a": strconv.ParseInt: parsing "08": invalid syntax'],
  ['path "{{x" {}', 'failed to validate policy templating: unbalanced templating characters'],
  ['path "a}}" {}', 'failed to validate policy templating: unbalanced templating characters'],
  ['path "café\x07" { b = 1 }', '1 error occurred:\n\t* path "café\\a": invalid key "b" on line 1\n\n'],
  [
    'path "a" { capabilities = [{ a = "b" ] }',
    'At 1:28: error while trying to parse object within list: At 1:38: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACK',
  ],
  ['path "a" { capabilities = [[1, }] }', 'At 1:33: object expected closing RBRACE got: RBRACK'],
  ['x = 0xg', 'At 1:7: illegal hexadecimal number'],
  ['x = 1 y', "At 1:9: key 'y' expected start of object ('{') or assignment ('=')"],
  ['\0', 'At 1:1: unexpected null character (0x00)'],
  ['path "a" { x = } }', ''],
]

const JSON_TEXTS: readonly (readonly [text: string, error: string])[] = [
  ['{"path": {"a": {"caps": ["read"]}}}', '1 error occurred:\n\t* path "a": invalid key "caps" on line 1\n\n'],
  ['{"path": {"a": "read"}}', '1 error occurred:\n\t* path "path": invalid key "a" on line 1\n\n'],
  ['{"path": "a"}', 'path "path": cannot check HCL keys of type *ast.LiteralType'],
  ['{"foo": 1}', '1 error occurred:\n\t* invalid key "foo" on line 1\n\n'],
  [
    '{\n "path": {\n  "a": {\n   "capabilities": "read",\n   "foo": 1}}}',
    '1 error occurred:\n\t* path "a": invalid key "foo" on line 5\n\n',
  ],
  ['{"path": {"a": {"capabilities": [null]}}}', 'unexpected token while parsing list: NULL'],
  ['{"path": {"a": {"capabilities": "read"}}}', 'path "a": At -: unknown slice type: *ast.LiteralType'],
  ['{"path": {"a": {"capabilities": ["read\n"]}}}', '2:6: literal not terminated'],
  ['{path: 1}', '1:5: illegal char'],
  ['{"path": ?}', '1:10: illegal char: ?'],
  ['{"path" 1}', 'expected: STRING got: NUMBER'],
  ['{"a": 01}', '1:8: numbers cannot start with 0'],
  ['{"path": }', ''],
]

test.each([...HCL, ...JSON_TEXTS])('the answer to %j is %j', (text, error) => {
  const policy = parsePolicy('p', text)
  expect('error' in policy ? policy.error : '').toBe(error === '' ? '' : `failed to parse policy: ${error}`)
})
