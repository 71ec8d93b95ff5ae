import { describe, expect, it } from 'vitest'
import { goDuration } from '../../../dist/go-duration.js'
import { oneNode } from '../../one-node.ts'
import { writesOf } from '../answer-parts.ts'

describe('secret/config', () => {
  it('begins empty, and keeps what is given', () => {
    const node = oneNode()
    const read = (): unknown => node.ask('GET', 'secret/config').body?.['data']
    expect(read()).toEqual({ cas_required: false, delete_version_after: '0s', max_versions: 0 })
    expect(writesOf(node, () => node.ask('POST', 'secret/config', { max_versions: '5' }))).toBe(1)
    node.ask('POST', 'secret/config', { cas_required: 'true', delete_version_after: 90 })
    expect(read()).toEqual({ cas_required: true, delete_version_after: '1m30s', max_versions: 5 })
    expect(writesOf(node, () => node.ask('POST', 'secret/config', {}))).toBe(0)
  })

  it('takes any negative duration for "off", and no text for a number', () => {
    const node = oneNode()
    node.ask('POST', 'secret/config', { delete_version_after: '-3h' })
    expect(node.ask('GET', 'secret/config').body?.['data']).toMatchObject({ delete_version_after: '-1s' })
    expect(node.ask('POST', 'secret/config', { max_versions: 'many' }).status).toBe(400)
  })

  it.each([
    [0, '0s'],
    [45, '45s'],
    [60, '1m0s'],
    [3600, '1h0m0s'],
    [12_319, '3h25m19s'],
    [-1, '-1s'],
  ])('writes %i seconds as Go does: %s', (seconds, text) => {
    expect(goDuration(seconds)).toBe(text)
  })
})
