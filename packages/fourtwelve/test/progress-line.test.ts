import { describe, expect, it } from 'vitest'
import { startProgressLine } from '../dist/progress-line.js'
import { memoryPorts } from './memory-ports.ts'

describe('a line of progress', () => {
  it('is written now and then, and nothing of it is left', () => {
    let now = 0
    const ports = { ...memoryPorts({ isTerminal: true }), now: () => now }
    const line = startProgressLine(ports)
    line.tell(() => 'one')
    line.tell(() => 'too soon')
    now = 1_000
    line.tell(() => 'two '.repeat(100))
    line.end()
    const [nothing, one, two, end] = ports.err().split('\r\u001B[K')
    expect([nothing, one, end]).toEqual(['', 'one', ''])
    expect(two?.length).toBeLessThan(80)
  })

  it.each([
    ['a pipe', { isTerminal: false }],
    ['CI', { isTerminal: true, env: { CI: 'true' } }],
    ['a terminal that can clear nothing', { isTerminal: true, env: { TERM: 'dumb' } }],
  ])('is not there for %s', (_, options) => {
    const ports = memoryPorts(options)
    const line = startProgressLine(ports)
    line.tell(() => 'one')
    line.end()
    expect(ports.err()).toBe('')
  })
})
