/** Varints and byte fields, against a writer that works in bigints. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesField, numberField, pushBytesField, pushNumberField, readFields } from '../dist/protobuf.js'
import { bytesEntry, numberEntry, varint } from './proto-writer.ts'

const fieldNumber = fc.integer({ min: 1, max: 15 })
/** Numbers around the places where a varint grows by a byte, and anything between. */
const aroundSteps = fc
  .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: -2, max: 2 }))
  .map(([step, offset]) => Math.max(0, 2 ** (7 * step) + offset))
const safeNumber = fc.oneof(fc.maxSafeNat(), aroundSteps)

test('a number is written as protocol buffers write it, and zero is not written', () => {
  fc.assert(
    fc.property(fieldNumber, safeNumber, (field, value) => {
      const out: number[] = []
      pushNumberField(out, field, value)
      expect(out).toEqual(value === 0 ? [] : numberEntry(BigInt(field), BigInt(value)))
    }),
  )
})

test('byte fields are written as protocol buffers write them, and an empty one is not written', () => {
  fc.assert(
    fc.property(fieldNumber, fc.uint8Array({ maxLength: 300, size: 'max' }), (field, value) => {
      const out: number[] = []
      pushBytesField(out, field, value)
      expect(out).toEqual(value.length === 0 ? [] : bytesEntry(BigInt(field), value))
    }),
  )
})

test('every 64-bit varint reads back exactly, above 2^53 - 1 as a bigint', () => {
  const around64 = fc
    .tuple(fc.bigInt(0n, 64n), fc.bigInt(-2n, 2n))
    .map(([power, offset]) => BigInt.asUintN(64, (1n << power) + offset))
  fc.assert(
    fc.property(fieldNumber, fc.oneof(around64, fc.bigInt(0n, (1n << 64n) - 1n)), (field, value) => {
      const fields = readFields(Uint8Array.from(numberEntry(BigInt(field), value)))
      const expected = value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value)
      expect(fields).toEqual([{ field, kind: 'number', value: expected }])
    }),
    { numRuns: 500 },
  )
})

test('a varint with needless zero groups is the same number', () => {
  expect(readFields(Uint8Array.of(0x10, 0x85, 0x80, 0x00))).toEqual([{ field: 2, kind: 'number', value: 5 }])
  expect(readFields(Uint8Array.of(0x10, 0x85, ...Array<number>(8).fill(0x80), 0x00))).toEqual([
    { field: 2, kind: 'number', value: 5 },
  ])
})

test('a message reads back field by field, and the last of several wins', () => {
  const entry = fc.oneof(
    fc.record({ field: fieldNumber, kind: fc.constant('number' as const), value: safeNumber }),
    fc.record({
      field: fieldNumber,
      kind: fc.constant('bytes' as const),
      value: fc.uint8Array({ maxLength: 20, size: 'max' }),
    }),
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const bytes = entries.flatMap((e) =>
        e.kind === 'number' ? numberEntry(BigInt(e.field), BigInt(e.value)) : bytesEntry(BigInt(e.field), e.value),
      )
      const fields = readFields(Uint8Array.from(bytes))
      expect(fields).toEqual(entries)
      for (let field = 1; field <= 16; field++) {
        const last = entries.findLast((e) => e.field === field)
        expect(numberField(fields ?? [], field)).toBe(last?.kind === 'number' ? last.value : 0)
        expect(bytesField(fields ?? [], field)).toEqual(last?.kind === 'bytes' ? last.value : new Uint8Array(0))
      }
    }),
  )
})

test('a message cut short is refused unless the cut falls between two fields', () => {
  const message = [...numberEntry(1n, 300n), ...bytesEntry(2n, [9, 9, 9]), ...numberEntry(3n, 1n << 60n)]
  const readable = message.map((_, end) => readFields(Uint8Array.from(message.slice(0, end))) !== null)
  const between = [0, numberEntry(1n, 300n).length, numberEntry(1n, 300n).length + bytesEntry(2n, [9, 9, 9]).length]
  expect(readable.flatMap((isReadable, end) => (isReadable ? [end] : []))).toEqual(between)
})

test.each([
  ['field 0', [0x00, 0x00]],
  ['a group', [0x0b]],
  ['a 64-bit number', [0x09, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['a 32-bit number', [0x0d, 0, 0, 0, 0]],
  ['a length above 2^53', [0x12, ...varint(1n << 60n)]],
  ['a length that passes the end', [0x12, 0x02, 0x00]],
  ['a number of 65 bits', [0x08, ...varint(1n << 64n)]],
  ['a number without end', [0x08, ...Array<number>(20).fill(0xff)]],
])('%s is no message', (_what, bytes) => {
  expect(readFields(Uint8Array.from(bytes))).toBeNull()
})

test('reading never throws, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60, size: 'max' }), (bytes) => {
      const fields = readFields(bytes)
      for (const field of fields ?? []) {
        expect(field.field).toBeGreaterThan(0)
        if (field.kind === 'number') {
          expect(typeof field.value === 'bigint').toBe(BigInt(field.value) > BigInt(Number.MAX_SAFE_INTEGER))
        }
      }
    }),
    { numRuns: 2000 },
  )
})
