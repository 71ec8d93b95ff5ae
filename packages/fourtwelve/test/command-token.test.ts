import { createEntropy, createStandInCrypto } from '@fourtwelve/simulation'
import { encodeServiceToken, epoch, randomBase62, sealBatchToken, walIndex } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readToken } from '../dist/token-reading.js'
import { command } from './memory-ports.ts'

const crypto = createStandInCrypto('tokens', createEntropy(1).stream('tokens'))
const BODY = 'ABCDEFGHIJKLMNOPQRSTUVWX'
/** A vector of Vault's own format: inner hvs.ABC...X, index 380329, epoch 1. */
const VECTOR = 'hvs.CAESIBXdzAQXinT8XaUGowIwJPfAgoih8vNxEbeowi_8jNqDGiQKHGh2cy5BQkNERUZHSElKS0xNTk9QUVJTVFVWV1gQqZsXGAE'

const decode = (token: string, ...flags: string[]): ReturnType<typeof command> =>
  command(['token', 'decode', token, ...flags])
const facts = async (token: string): Promise<unknown> => JSON.parse((await decode(token, '--json')).out)

describe('fourtwelve token decode', () => {
  it('reads a server-side consistent token without a key', async () => {
    expect(await facts(VECTOR)).toEqual({
      type: 'service',
      format: 'server-side consistent',
      version: 1,
      inner: `hvs.${BODY}`,
      namespace: 'root',
      local_index: 380_329,
      index_epoch: 1,
      length: 103,
      hmac: '15ddcc04178a74fc5da506a3023024f7c08288a1f2f37111b7a8c22ffc8cda83',
    })
  })

  it('explains what a node needs and what happens when it is behind, without repeating the token', async () => {
    const { code, out } = await decode(VECTOR)
    expect(code).toBe(0)
    expect(out).toMatch(/WAL index +380329\n +epoch +1\n/)
    expect(out).toContain('412 "required index state not present"')
    expect(out).toContain('allow_forwarding_via_token')
    expect(out).toContain("cannot be checked without the cluster's key")
    expect(out).not.toContain(BODY)
    expect(out).not.toContain('CAESI')
  })

  it('finds the namespace that is hidden inside', async () => {
    const token = encodeServiceToken(crypto, `hvs.${BODY}.gsudz`, walIndex(7), epoch(0))
    expect(await facts(token)).toMatchObject({ namespace: 'gsudz', local_index: 7, index_epoch: 0 })
  })

  it('gives an index above 2^53-1 as a text', async () => {
    const inner = [0x0a, 28, ...Buffer.from(`hvs.${BODY}`)]
    const highest = [0x10, ...Array.from({ length: 9 }, () => 0x80), 0x01]
    const signed = [...inner, ...highest]
    const bytes = [0x08, 1, 0x12, 32, ...crypto.mac(Uint8Array.from(signed)), 0x1a, signed.length, ...signed]
    const token = `hvs.${Buffer.from(bytes).toString('base64url')}`
    expect(await facts(token)).toMatchObject({ local_index: '9223372036854775808' })
    expect((await decode(token)).out).toContain('WAL index  9223372036854775808')
  })

  it('reads every token that the cluster makes', async () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 9 }), (index, counter) => {
        const inner = `hvs.${randomBase62(crypto, 24)}`
        const reading = readToken(encodeServiceToken(crypto, inner, walIndex(index), epoch(counter)))
        expect(reading).toMatchObject({ facts: { inner, local_index: index, index_epoch: counter } })
      }),
    )
  })

  it.each([
    ['a short token', `hvs.${BODY}`, { type: 'service', format: 'short', namespace: 'root', length: 28 }],
    ['a short token of a namespace', `hvs.${BODY}.gsudz`, { type: 'service', format: 'short', namespace: 'gsudz' }],
    ['a batch token', sealBatchToken(crypto, { policies: ['a'] }), { type: 'batch', format: 'batch', version: 2 }],
    ['a recovery token', `hvr.${BODY}`, { type: 'recovery', format: 'short' }],
    ['a service token of old', `s.${BODY}`, { type: 'service', format: 'legacy' }],
    ['a recovery token of old', `r.${BODY}`, { type: 'recovery', format: 'legacy' }],
    ['an id of somebody', 'my-root', { type: 'unknown', format: 'custom or unknown', namespace: null }],
    ['an accessor', BODY, { type: 'unknown', format: 'custom or unknown' }],
  ])('names %s for what it is', async (_, token, expected) => {
    expect(await facts(token)).toMatchObject({ local_index: null, index_epoch: null, hmac: null, ...expected })
    expect((await decode(token)).code).toBe(0)
  })

  it.each([
    ['nothing', '', /empty/],
    ['a sentence', 'not a token', /no token/],
    ['a token that was cut off', VECTOR.slice(0, 60), /cut off/],
    ['a token cut off at its beginning', VECTOR.slice(0, 20), /cut off/],
    ['a damaged token', `${VECTOR.slice(0, 50)}!${VECTOR.slice(51)}`, /damaged/],
    ['a damaged batch token', 'hvb.AAAA', /damaged/],
    ['a batch token as short as a service token', `hvb.${BODY}`, /batch token.*damaged/],
    ['a JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.', /JWT/],
    ['a value of X-Vault-Index', Buffer.from(`v1:c:1:0:${'00'.repeat(32)}`).toString('base64'), /index decode/],
    ['a text with dots', 'a.b.c', /no token/],
    ['something like an old token', 's.short', /no token/],
  ])('refuses %s, and says why', async (_, token, why) => {
    const { code, out, err } = await decode(token)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(why)
  })

  it('reads from standard input, so that no shell keeps the token', async () => {
    const ended = await command(['token', 'decode', '-', '--json'], { input: `${VECTOR}\n` })
    expect(JSON.parse(ended.out)).toMatchObject({ local_index: 380_329 })
  })

  it('takes a pasted header line', async () => {
    expect(await facts(`X-Vault-Token: ${VECTOR}`)).toMatchObject({ local_index: 380_329 })
  })

  it('never throws, and a refusal repeats nothing of what it was given', () => {
    const prefix = fc.constantFrom('', 'hvs.', 'hvs.CAESI', 'hvb.', 'hvb.AAAAAQ', 'hvr.', 's.', 'b.', 'r.')
    const rest = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string({ unit: fc.constantFrom('A', 'Z', 'a', '0', '9', '-', '_', '.') }),
    )
    fc.assert(
      fc.property(prefix, rest, (start, secret) => {
        const reading = readToken(start + secret)
        if (secret.length > 12 && 'refused' in reading) expect(reading.refused).not.toContain(secret)
        if (secret.length > 12 && 'lines' in reading) expect(reading.lines.join('\n')).not.toContain(secret)
      }),
      { numRuns: 1000 },
    )
  })
})
