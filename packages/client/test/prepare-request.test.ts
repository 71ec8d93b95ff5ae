import { CLIENT_PRESETS, EMPTY_MEMORY, prepare, type ClientPolicy } from '@fourtwelve/client'
import { vaultRequest, type VaultRequest } from '@fourtwelve/protocol'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyHeader, headerOf } from './state-headers.ts'

const READ: VaultRequest = vaultRequest('GET', 'secret/data/a', { token: 'hvs.t' })
const MEMORY = [headerOf('s', 3, 1), headerOf('s', 1, 3)]

describe('prepare', () => {
  it.each(['none', 'go', 'go-bare'] as const)('sends a request as it is for %s', (name) => {
    expect(prepare(CLIENT_PRESETS[name], MEMORY, READ)).toEqual(READ)
  })

  it('sends every stored state and asks for no forwarding when it only reads its writes', () => {
    expect(prepare(CLIENT_PRESETS.index, MEMORY, READ)).toEqual({ ...READ, index: MEMORY })
  })

  it('sends the request’s own states first, and none twice', () => {
    const [first = '', second = ''] = MEMORY
    const own = headerOf('p', 1, 0)
    expect(prepare(CLIENT_PRESETS.index, MEMORY, { ...READ, index: [own, second] }).index).toEqual([own, second, first])
  })

  it('asks to forward an inconsistent request only when it carries an index', () => {
    const policy = CLIENT_PRESETS['conditional-forward']
    expect(prepare(policy, EMPTY_MEMORY, READ)).toEqual(READ)
    expect(prepare(policy, MEMORY, READ)).toEqual({ ...READ, index: MEMORY, inconsistent: 'forward-active-node' })
    const own = { ...READ, index: [headerOf('p', 1, 0)] }
    expect(prepare(policy, EMPTY_MEMORY, own)).toEqual({ ...own, inconsistent: 'forward-active-node' })
  })

  it('asks to forward every request when told to forward blindly, and sends no index', () => {
    expect(prepare(CLIENT_PRESETS['blind-forward'], MEMORY, READ)).toEqual({ ...READ, forward: 'active-node' })
  })

  it('leaves headers alone that the request has', () => {
    const explicit = { ...READ, index: MEMORY, inconsistent: 'fail', forward: 'nowhere' }
    expect(prepare(CLIENT_PRESETS['conditional-forward'], MEMORY, explicit)).toEqual(explicit)
    expect(prepare(CLIENT_PRESETS['blind-forward'], MEMORY, explicit)).toEqual(explicit)
  })

  it('changes nothing in a request that it prepared, and nothing in what it was given', () => {
    const anyPolicy = fc.constantFrom<ClientPolicy>(...Object.values(CLIENT_PRESETS))
    const anyList = fc.uniqueArray(anyHeader(['p', 's']), { maxLength: 4 })
    fc.assert(
      fc.property(anyPolicy, anyList, anyList, (policy, memory, index) => {
        const request = Object.freeze({ ...READ, index: Object.freeze(index) })
        const once = prepare(policy, Object.freeze(memory), request)
        expect(prepare(policy, memory, once)).toEqual(once)
      }),
    )
  })
})
