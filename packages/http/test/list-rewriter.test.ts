import { expect, test } from 'vitest'
import fc from 'fast-check'
import { createListRewriter } from '../dist/list-rewriter.js'
import { cut, CUTS, REQUESTS } from './any-requests.ts'

function rewritten(pieces: readonly string[]): string {
  const rewrite = createListRewriter()
  return pieces
    .map((piece) => {
      const bytes = Buffer.from(piece, 'latin1')
      rewrite(bytes)
      return bytes.toString('latin1')
    })
    .join('')
}

test('LIST becomes LINK where a request begins, and no other byte changes, however the bytes are cut', () => {
  fc.assert(
    fc.property(REQUESTS, CUTS, (requests, cuts) => {
      const sent = requests.map(({ wire }) => wire).join('')
      const wanted = requests
        .map(({ method, wire }) => (method === 'LIST' ? wire.replace('LIST', 'LINK') : wire))
        .join('')
      expect(rewritten(cut(sent, cuts))).toBe(wanted)
    }),
    { numRuns: 1000 },
  )
})

test('however any bytes at all are cut, the same comes out', () => {
  const bytes = fc.array(
    fc.oneof(
      fc.constantFrom('LIST ', 'LINK', 'L', '\r\n', ': ', 'Content-Length: 3', 'Transfer-Encoding: chunked', 'ff', '3'),
      fc.string({ unit: 'binary-ascii' }),
    ),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(bytes, CUTS, (parts, cuts) => {
      const sent = parts.join('')
      const whole = rewritten([sent])
      expect(rewritten(cut(sent, cuts))).toBe(whole)
      expect(whole).toHaveLength(sent.length)
    }),
    { numRuns: 500 },
  )
})

test.each(['LINK', 'LISK', 'LIST', 'LINT', 'LI', 'LISTS', 'LINKS', 'list', 'LIS T', 'xLIST', 'LL', 'LOCK'])(
  'of what a client sends, only LIST comes out as LINK: %s',
  (verb) => {
    const line = `${verb} /v1/sys/mounts HTTP/1.1\r\n\r\n`
    for (const pieces of [[line], line.split('')]) {
      expect(rewritten(pieces).startsWith('LINK ')).toBe(verb === 'LIST')
    }
  },
)

test('a megabyte of headers and a body of a megabyte take a pass, not a search', () => {
  const rewrite = createListRewriter()
  const head = Buffer.from(`POST /v1/a HTTP/1.1\r\nX: ${'c'.repeat(1 << 20)}\r\nContent-Length: ${1 << 20}\r\n\r\n`)
  const body = Buffer.alloc(1 << 20, 'LIST ')
  const next = Buffer.from('LIST /v1/b HTTP/1.1\r\n\r\n')
  const before = Buffer.from(body)
  rewrite(head)
  rewrite(body)
  rewrite(next)
  expect(body.equals(before)).toBe(true)
  expect(next.toString()).toBe('LINK /v1/b HTTP/1.1\r\n\r\n')
})
