import { LONGEST_LAG, parseTrace } from '@fourtwelve/cluster'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_TRACE_VALUES } from '../dist/trace-csv.js'

describe('a trace', () => {
  test('is read in the unit that its column is named after', () => {
    const text = 'at_s,w_ms,w_us,w_s\n1,2.5,2.5,0.25\n2,0,10,1e-3\n'
    expect(parseTrace(text, 'w_ms')).toEqual({ values: [2500, 0] })
    expect(parseTrace(text, 'w_us')).toEqual({ values: [3, 10] })
    expect(parseTrace(text, 'w_s')).toEqual({ values: [250_000, 1000] })
  })
  test('may have a byte order mark, CRLF, empty lines, spaces and quotes', () => {
    const text = '\uFEFF"who, where", "w_ms" ,note\r\n\r\n"a ""b""",  1 ,x\r\n"c,d","2",\r\n'
    expect(parseTrace(text, 'w_ms')).toEqual({ values: [1000, 2000] })
  })
  test('needs no line end after its last value', () => {
    expect(parseTrace('w_ms\n1\n2', 'w_ms')).toEqual({ values: [1000, 2000] })
  })
  test('gives back what was written', () => {
    const values = fc.array(fc.integer({ min: 0, max: LONGEST_LAG }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(values, (written) => {
        const text = ['n,w_us,w_ms', ...written.map((value, n) => `${n},${value},${value / 1000}`)].join('\n')
        expect(parseTrace(text, 'w_us')).toEqual({ values: written })
        expect(parseTrace(text, 'w_ms')).toEqual({ values: written })
      }),
    )
  })
})

describe('a text that is no trace', () => {
  test('is refused with the line and what to do', () => {
    const refused: readonly (readonly [text: string, column: string, error: RegExp])[] = [
      ['w_ms\n1', 'w', /^column w has no unit: its name must end in _us, _ms or _s$/],
      ['w_ms\n1', 'ms', /has no unit/],
      ['w_ms\n1', 'w_ns', /has no unit/],
      ['w_ms\n1', 'w_constructor', /has no unit/],
      ['', 'w_ms', /^line 1: no header/],
      ['\n \n', 'w_ms', /^line 1: no header/],
      ['a,b_ms\n1,2', 'w_ms', /^line 1: no column w_ms; there are: a, b_ms$/],
      ['\n\nw_ms\n\n', 'w_ms', /^line 3: no values below the header$/],
      ['w_ms\n1\n\n-2', 'w_ms', /^line 4: "-2" is no time: give a decimal number of at least 0$/],
      ['w_ms\nsoon', 'w_ms', /^line 2: "soon" is no time/],
      ['w_ms,x\n,1', 'w_ms', /^line 2: "" is no time/],
      ['w_ms\n0x10', 'w_ms', /^line 2: "0x10" is no time/],
      ['w_ms\nInfinity', 'w_ms', /^line 2: "Infinity" is no time/],
      ['w_ms\n1e999', 'w_ms', /^line 2: "1e999" is too long: at most 365 days$/],
      ['w_s\n31536001', 'w_s', /^line 2: "31536001" is too long/],
      ['a,w_ms\n1,2\n3', 'w_ms', /^line 3: 1 fields where the header has 2$/],
      ['a,w_ms\n1,2,3', 'w_ms', /^line 2: 3 fields where the header has 2$/],
      ['w_ms\n"1', 'w_ms', /^line 2: a double quote is not closed/],
      ['w_ms\n"1"2', 'w_ms', /^line 2: a double quote is not closed, or text stands beside it$/],
      ['w_ms,"x\n1', 'w_ms', /^line 1: a double quote/],
    ]
    for (const [text, column, error] of refused) {
      expect(parseTrace(text, column), text).toEqual({ error: expect.stringMatching(error) })
    }
  })
  test('shows no more than the beginning of a bad field', () => {
    const trace = parseTrace(`w_ms\n${'x'.repeat(100_000)}`, 'w_ms')
    expect('error' in trace && trace.error.length).toBeLessThan(120)
  })
  test('has more values than a run can hold', () => {
    const most = `w_us\n${'1\n'.repeat(MAX_TRACE_VALUES)}`
    expect(parseTrace(most, 'w_us')).toHaveProperty('values.length', MAX_TRACE_VALUES)
    expect(parseTrace(`${most}1\n`, 'w_us')).toEqual({
      error: expect.stringMatching(/^line 1000002: more than 1000000/),
    })
  })
  test('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', ' ', '1', '.', 'w_ms', 'é') }), (text) => {
        const trace = parseTrace(`w_ms\n${text}`, 'w_ms')
        expect('error' in trace ? trace.error : trace.values).toBeDefined()
      }),
    )
  })
})
