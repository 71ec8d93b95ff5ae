import { describe, expect, it } from 'vitest'
import { micros, walIndex, type HistoryRecord, type NodeId } from '@fourtwelve/protocol'
import { exactJson, historyLine } from '@fourtwelve/report'

describe('JSON of records', () => {
  it('writes a number above 2^53-1 as a text with all its digits', () => {
    expect(exactJson({ index: 18_446_744_073_709_551_615n, small: 7 })).toBe(
      '{"index":"18446744073709551615","small":7}',
    )
  })

  it('writes a record as one line that reads back', () => {
    const record: HistoryRecord = { kind: 'commit', t: micros(7), node: 'n0' as NodeId, index: walIndex(3) }
    const line = historyLine(record)
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toEqual(record)
  })
})
