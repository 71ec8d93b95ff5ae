/** What a token is by its form alone. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeServiceToken, epoch, sealBatchToken, tokenKind, walIndex, type TokenKind } from '@fourtwelve/protocol'
import { nodeCryptoPort, VECTOR_KEY } from './node-crypto-port.ts'

const crypto = nodeCryptoPort(VECTOR_KEY)
const INNER = 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX'
const RANDOM = INNER.slice(4)

describe('every kind of token is named', () => {
  const batch = sealBatchToken(crypto, { ttl: 60 })
  const cases: readonly (readonly [what: string, token: string, kind: object])[] = [
    ['a root token of 28 characters', INNER, { kind: 'short-service', inner: INNER }],
    [
      'the inner form in a namespace of four characters',
      `${INNER}.abcd`,
      { kind: 'short-service', inner: `${INNER}.abcd` },
    ],
    [
      'the inner form in a namespace of five characters, which is one too long for Vault to know it by',
      `${INNER}.gsudz`,
      { kind: 'broken', looksLike: 'service', defect: 'not-base64' },
    ],
    ['nothing but the prefix of a service token', 'hvs.', { kind: 'short-service', inner: 'hvs.' }],
    ['a batch token', batch, { kind: 'batch', keyTerm: 1, version: 2 }],
    ['a batch token in a namespace', `${batch}.gsudz`, { kind: 'batch', keyTerm: 1, version: 2 }],
    ['a batch token cut short', batch.slice(0, 30), { kind: 'broken', looksLike: 'batch', defect: 'not-a-token' }],
    ['nothing but the prefix of a batch token', 'hvb.', { kind: 'broken', looksLike: 'batch', defect: 'not-a-token' }],
    ['a recovery token', `hvr.${RANDOM}`, { kind: 'recovery' }],
    ['a legacy service token', `s.${RANDOM}`, { kind: 'legacy', of: 'service' }],
    ['a legacy service token in a namespace', `s.${RANDOM}.gsudz`, { kind: 'legacy', of: 'service' }],
    ['a legacy batch token', `b.${'A'.repeat(120)}`, { kind: 'legacy', of: 'batch' }],
    ['a legacy recovery token', `r.${RANDOM}`, { kind: 'legacy', of: 'recovery' }],
    [
      'a service token of zeros',
      `hvs.${'A'.repeat(92)}`,
      { kind: 'broken', looksLike: 'service', defect: 'not-a-token' },
    ],
    ['a custom id', 'my-custom-token', { kind: 'other' }],
    ['a custom id that begins with a letter of Vault', 'sesame', { kind: 'other' }],
    ['a prefix in capitals', `HVS.${RANDOM}`, { kind: 'other' }],
    ['a prefix without its dot', `hvs${RANDOM}`, { kind: 'other' }],
    ['the name of a method that every object has', 'constructor', { kind: 'other' }],
    ['nothing at all', '', { kind: 'other' }],
  ]
  test.each(cases)('%s', (_what, token, kind) => {
    expect(tokenKind(token)).toEqual(kind)
  })

  test('a consistent token, with what it says', () => {
    const token = encodeServiceToken(crypto, INNER, walIndex(1000), epoch(2))
    expect(tokenKind(token)).toMatchObject({
      kind: 'consistent',
      token: { version: 1, inner: INNER, localIndex: 1000, indexEpoch: 2 },
    })
  })

  test('a consistent token with a character outside its alphabet', () => {
    const token = encodeServiceToken(crypto, INNER, walIndex(1000), epoch(0))
    expect(tokenKind(`${token.slice(0, 50)}+${token.slice(51)}`)).toEqual({
      kind: 'broken',
      looksLike: 'service',
      defect: 'not-base64',
    })
  })
})

test('every text has a kind, and nothing throws', () => {
  const KINDS: ReadonlySet<TokenKind['kind']> = new Set([
    'consistent',
    'short-service',
    'batch',
    'recovery',
    'legacy',
    'broken',
    'other',
  ])
  const prefix = fc.constantFrom('hvs.', 'hvb.', 'hvr.', 's.', 'b.', 'r.', '')
  const body = fc.oneof(
    fc.stringMatching(/^[\w-]{0,120}$/, { size: 'max' }),
    fc.string({ unit: 'binary', maxLength: 60, size: 'max' }),
  )
  fc.assert(
    fc.property(prefix, body, (before, after) => {
      expect(KINDS).toContain(tokenKind(before + after).kind)
    }),
    { numRuns: 2000 },
  )
})
