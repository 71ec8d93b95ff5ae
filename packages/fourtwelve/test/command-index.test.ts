import { createEntropy, createStandInCrypto } from '@fourtwelve/simulation'
import { encodeIndexState, walIndex } from '@fourtwelve/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIndex } from '../dist/index-reading.js'
import { command } from './memory-ports.ts'

const crypto = createStandInCrypto('indexes', createEntropy(1).stream('indexes'))
const CLUSTER = '9f82e03b-71fb-97a6-9c5a-46fa6715d6e4'
const HEADER = encodeIndexState(crypto, CLUSTER, walIndex(1000), walIndex(7))
const header = (state: string): string => Buffer.from(state).toString('base64')

const decode = (value: string, ...flags: string[]): ReturnType<typeof command> =>
  command(['index', 'decode', value, ...flags])

describe('fourtwelve index decode', () => {
  it('reads a value without a key', async () => {
    const { code, out } = await decode(HEADER, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      version: 'v1',
      cluster_id: CLUSTER,
      local_index: 1000,
      replicated_index: 7,
      hmac: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it("reads Vault's own value", async () => {
    const own =
      'djE6OWY4MmUwM2ItNzFmYi05N2E2LTljNWEtNDZmYTY3MTVkNmU0OjEwMDA6MDo2NTI0MjhkZTY3MjM2YWExMzRjODY4MjM4MzllMWUzMjA5MTkwYmNlZTNlOGIwOGNmMWIwM2E0NGUzMGRiODJh'
    expect(JSON.parse((await decode(own, '--json')).out)).toEqual({
      version: 'v1',
      cluster_id: CLUSTER,
      local_index: 1000,
      replicated_index: 0,
      hmac: '652428de67236aa134c86823839e1e3209190bcee3e8b08cf1b03a44e30db82a',
    })
  })

  it('gives an index above 2^53-1 as a text', async () => {
    const { out } = await decode(header(`v1:c:18446744073709551615:0:${'00'.repeat(32)}`), '--json')
    expect(JSON.parse(out)).toMatchObject({ local_index: '18446744073709551615' })
  })

  it('explains what a node needs, and what happens when it is behind', async () => {
    const { out } = await decode(HEADER)
    expect(out).toContain(CLUSTER)
    expect(out).toContain("applied WAL index 1000, and 7 of the primary cluster's log")
    expect(out).toContain('412')
    expect(out).toContain('forward-active-node')
  })

  it.each([
    ['nothing', '', /empty/],
    ['a token', 'hvs.ABCDEFGHIJKLMNOPQRSTUVWX', /token decode/],
    ['text that is not base64', 'a b c', /invalid full state header format/],
    ['a version that Vault does not write', header(`v2:c:1:0:${'00'.repeat(32)}`), /invalid state header format/],
    ['an index that is no number', header(`v1:c:x:0:${'00'.repeat(32)}`), /invalid local index/],
  ])('refuses %s, and says why', async (_, value, why) => {
    const { code, out, err } = await decode(value)
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(why)
  })

  it('reads from standard input, a pasted header line too', async () => {
    const ended = await command(['index', 'decode', '-', '--json'], { input: `x-vault-index: ${HEADER}\r\n` })
    expect(JSON.parse(ended.out)).toMatchObject({ local_index: 1000 })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string().map(header)), (value) => {
        expect(Object.keys(readIndex(value)).length).toBeGreaterThan(0)
      }),
    )
  })
})
