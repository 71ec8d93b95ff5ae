import { CLIENT_PRESETS, NO_TIMEOUT } from '@fourtwelve/client'
import { milliseconds, seconds } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { oneCall, staleUntil } from './one-call.ts'

describe('the presets', () => {
  it('are plain data', () => {
    expect(JSON.parse(JSON.stringify(CLIENT_PRESETS))).toEqual(CLIENT_PRESETS)
  })

  it('give the Go client the numbers of its DefaultConfig', () => {
    expect(CLIENT_PRESETS.go).toEqual({
      retry: {
        kind: 'linear-jitter',
        statuses: [412],
        retryServerErrors: true,
        max: 2,
        minWait: milliseconds(1000),
        maxWait: milliseconds(1500),
      },
      index: { kind: 'forget' },
      forward: 'never',
      followRedirects: 1,
      timeout: seconds(60),
    })
  })

  it.each(['none', 'go-bare'] as const)('lets %s make one attempt only', (name) => {
    const call = oneCall(CLIENT_PRESETS[name], staleUntil(milliseconds(1)), () => 0)
    expect(call).toEqual({ attempts: [0], outcome: 412, ended: 0 })
  })

  it('gives a bare Config no deadline', () => {
    expect(CLIENT_PRESETS['go-bare'].timeout).toBe(NO_TIMEOUT)
  })

  it('merges like the Go client wherever it imitates its ReadYourWrites', () => {
    expect(CLIENT_PRESETS.index.index).toEqual({ kind: 'remember', merge: 'go' })
    expect(CLIENT_PRESETS['conditional-forward'].index).toEqual({ kind: 'remember', merge: 'go' })
  })
})
