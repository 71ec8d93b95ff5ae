/**
 * How long a property of many runs may go on.
 * Always holds: under CI=true it makes all the runs that it promises; elsewhere it stops after its limit, and `test/property-report.ts`
 * says after how many runs that was.
 */

const IN_CI = process.env['CI'] === 'true'

/** Milliseconds: on a slow machine fewer runs are made, but for CI. */
export const timeLimit = (
  most: number,
): { readonly interruptAfterTimeLimit?: number; readonly markInterruptAsFailure?: false } =>
  IN_CI ? {} : { interruptAfterTimeLimit: most, markInterruptAsFailure: false }

/** Milliseconds that vitest waits for such a test. */
export const PROPERTY_TIMEOUT: number = IN_CI ? 600_000 : 60_000
